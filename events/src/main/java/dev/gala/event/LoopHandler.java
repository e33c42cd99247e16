package dev.gala.event;

/**
 * Does one run of a {@link Loop}. Called on virtual threads; one run may come more than once.
 *
 * @param <T> the payload's type
 */
@FunctionalInterface
public interface LoopHandler<T> {
  /**
   * Does one run.
   *
   * @return how many records it found changed: by this the next run comes sooner or later
   * @throws Exception any: the run has failed, and the next one comes later
   */
  int run(T event, HandlerContext context) throws Exception;
}
