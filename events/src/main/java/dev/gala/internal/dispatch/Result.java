package dev.gala.internal.dispatch;

import dev.gala.event.ListenerException;
import java.time.Duration;
import java.time.Instant;

/** What one listener made of one event, in one round. */
sealed interface Result {
  /** The listener's name. */
  String listener();

  /**
   * It handled the event.
   *
   * @param listener the listener's name
   * @param at when it ended
   * @param duration how long it took
   */
  record Succeeded(String listener, Instant at, Duration duration) implements Result {}

  /**
   * It wants the event again later.
   *
   * @param listener the listener's name
   * @param until when
   */
  record Snoozed(String listener, Instant until) implements Result {}

  /**
   * It gave the event up.
   *
   * @param listener the listener's name
   * @param at when it ended
   * @param duration how long it took
   * @param reason why
   */
  record Cancelled(String listener, Instant at, Duration duration, String reason)
      implements Result {}

  /**
   * It failed.
   *
   * @param listener the listener's name
   * @param at when it ended
   * @param duration how long it took
   * @param failure why
   */
  record Failed(String listener, Instant at, Duration duration, ListenerException failure)
      implements Result {}

  /**
   * It was not begun, or was interrupted and failed of that, since the attempt was told to end.
   *
   * @param listener the listener's name
   * @param begun whether it was begun
   */
  record PutBack(String listener, boolean begun) implements Result {}
}
