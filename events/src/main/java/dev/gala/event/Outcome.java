package dev.gala.event;

import java.time.Duration;
import java.util.Objects;

/** How a listener ended, failures excepted: those are thrown. */
public sealed interface Outcome {
  /** The event is handled. */
  static Outcome done() {
    return Done.INSTANCE;
  }

  /**
   * Not now: this listener gets the event again after {@code delay}, and a hundred years at the
   * most; no attempt is used.
   */
  static Outcome snooze(Duration delay) {
    return new Snooze(delay);
  }

  /** Never: this listener is finished with the event; the others are not concerned. */
  static Outcome cancel(String reason) {
    return new Cancel(reason);
  }

  /** The event is handled. */
  enum Done implements Outcome {
    /** The only one. */
    INSTANCE
  }

  /**
   * Not now.
   *
   * @param delay from now; not negative
   */
  record Snooze(Duration delay) implements Outcome {
    /** Refuses a negative delay. */
    public Snooze {
      if (delay.isNegative()) {
        throw new IllegalArgumentException(
            "snooze delay is " + delay + ": give zero or a time to come");
      }
    }
  }

  /**
   * Never.
   *
   * @param reason for people to read
   */
  record Cancel(String reason) implements Outcome {
    /** Refuses null. */
    public Cancel {
      Objects.requireNonNull(reason, "reason");
    }
  }
}
