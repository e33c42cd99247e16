package dev.gala.event;

/**
 * Handles events of a topic. Called on virtual threads, by many at once; one event may come more
 * than once.
 *
 * @param <T> the payload's type
 */
@FunctionalInterface
public interface Handler<T> {
  /**
   * Handles one event. To return is to have handled it.
   *
   * @throws Exception any: the event comes again by the retry policy, to this listener alone
   */
  void handle(T event, HandlerContext context) throws Exception;
}
