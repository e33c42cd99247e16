package dev.gala.event;

/**
 * Decides whether a listener wants an event, after its topic and operation have been found to suit.
 * Called in the listener's time, on its thread.
 *
 * @param <T> the payload's type
 */
@FunctionalInterface
public interface Gate<T> {
  /**
   * Whether the handler is to be called. If not, the listener is finished with the event: it is
   * skipped without a word, and counted.
   *
   * @throws Exception any: a failure of the listener
   */
  boolean admits(T event, HandlerContext context) throws Exception;
}
