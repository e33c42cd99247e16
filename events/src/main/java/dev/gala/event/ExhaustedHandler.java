package dev.gala.event;

/**
 * Told when a listener has failed on an event's last attempt. What it throws is logged and changes
 * nothing.
 *
 * @param <T> the payload's type
 */
@FunctionalInterface
public interface ExhaustedHandler<T> {
  /**
   * Takes note.
   *
   * @throws Exception any: logged
   */
  void exhausted(T event, HandlerContext context, ListenerException failure) throws Exception;
}
