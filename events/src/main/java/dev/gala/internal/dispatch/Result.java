package dev.gala.internal.dispatch;

import dev.gala.event.ListenerException;
import java.time.Duration;
import java.time.Instant;

/** What one listener made of one event, in one round. */
sealed interface Result {
  /** The listener's name. */
  String listener();

  /** Whether a transaction of the listener is committed with this, rather than rolled back. */
  default boolean commits() {
    return false;
  }

  /** This, once it is committed, and recorded with the job by that. */
  default Result asRecorded() {
    throw new IllegalStateException(this + " is not committed");
  }

  /**
   * It handled the event.
   *
   * @param listener the listener's name
   * @param at when it ended
   * @param duration how long it took
   * @param recorded whether that was recorded in the listener's transaction
   */
  record Succeeded(String listener, Instant at, Duration duration, boolean recorded)
      implements Result {
    /** One that is not recorded. */
    Succeeded(String listener, Instant at, Duration duration) {
      this(listener, at, duration, false);
    }

    @Override
    public boolean commits() {
      return true;
    }

    @Override
    public Result asRecorded() {
      return new Succeeded(listener, at, duration, true);
    }
  }

  /**
   * Its gate did not let the event pass: it is finished, and nobody was called.
   *
   * @param listener the listener's name
   * @param at when
   */
  record Gated(String listener, Instant at) implements Result {}

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
   * @param thrown whether it threw, rather than said so
   * @param failed whether it failed, and only what comes after it goes on: a run of a loop
   * @param recorded whether that was recorded in the listener's transaction
   */
  record Cancelled(
      String listener,
      Instant at,
      Duration duration,
      String reason,
      boolean thrown,
      boolean failed,
      boolean recorded)
      implements Result {
    /** One that is not recorded. */
    Cancelled(String listener, Instant at, Duration duration, String reason, boolean thrown) {
      this(listener, at, duration, reason, thrown, false, false);
    }

    @Override
    public boolean commits() {
      return !thrown;
    }

    @Override
    public Result asRecorded() {
      return new Cancelled(listener, at, duration, reason, thrown, failed, true);
    }
  }

  /**
   * It failed.
   *
   * @param listener the listener's name
   * @param at when it ended
   * @param duration how long it took
   * @param failure why
   * @param unknown whether nobody knows if its transaction was committed: then nothing is written
   *     of it, and the next attempt reads the truth
   */
  record Failed(
      String listener, Instant at, Duration duration, ListenerException failure, boolean unknown)
      implements Result {
    /** A plain failure. */
    Failed(String listener, Instant at, Duration duration, ListenerException failure) {
      this(listener, at, duration, failure, false);
    }
  }

  /**
   * It was not begun, or was interrupted and threw, since the attempt was told to end.
   *
   * @param listener the listener's name
   * @param begun whether it was begun
   */
  record PutBack(String listener, boolean begun) implements Result {}

  /**
   * The attempt turned out to hold the event no longer: what the listener did was rolled back, and
   * another attempt will do it.
   *
   * @param listener the listener's name
   */
  record ClaimLost(String listener) implements Result {}
}
