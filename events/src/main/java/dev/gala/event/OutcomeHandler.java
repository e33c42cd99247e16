package dev.gala.event;

/**
 * Handles events of a topic and says how it went. Called on virtual threads, by many at once; one
 * event may come more than once.
 *
 * @param <T> the payload's type
 */
@FunctionalInterface
public interface OutcomeHandler<T> {
  /**
   * Handles one event.
   *
   * @throws Exception any: the event comes again by the retry policy, to this listener alone
   */
  Outcome handle(T event, HandlerContext context) throws Exception;
}
