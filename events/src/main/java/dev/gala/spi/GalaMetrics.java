package dev.gala.spi;

import dev.gala.pool.Pool;
import java.time.Duration;

/**
 * Is told what listeners and pools do, so that it can be counted. Called by many threads, those
 * that handle events: an implementation must be quick and never wait. What it throws is logged, and
 * changes nothing for the event.
 */
public interface GalaMetrics {
  /** Counts nothing. */
  static GalaMetrics none() {
    return NoMetrics.NONE;
  }

  /**
   * A listener's handler was called and has ended, or was given up.
   *
   * @param call which, and how it went
   */
  void delivered(ListenerCall call);

  /** A listener's gate did not let an event pass. */
  void gated(String topic, String listener);

  /**
   * An event ended without a listener that its emitter expected: nobody attached it in time.
   *
   * @param listener its name; empty if no listener at all was found for the topic
   */
  void missing(String topic, String listener);

  /**
   * A pool was opened.
   *
   * @return to be run when it is closed
   */
  Runnable opened(Pool pool);

  /**
   * One call of a listener.
   *
   * @param topic the event's topic
   * @param listener the listener's name
   * @param operation the payload's operation; empty if it has none
   * @param took from before the call to its end, its transaction's commit included
   * @param failed whether the listener failed, rather than handled, snoozed or cancelled the event
   */
  record ListenerCall(
      String topic, String listener, String operation, Duration took, boolean failed) {}
}
