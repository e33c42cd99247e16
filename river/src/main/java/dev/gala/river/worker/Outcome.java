package dev.gala.river.worker;

import java.time.Duration;
import java.util.Objects;

/** How an attempt ended, failures excepted: those are thrown. */
public sealed interface Outcome {
  /** The work is done: the job completes. */
  static Outcome done() {
    return Done.INSTANCE;
  }

  /** Not now: the job comes back after {@code delay} and uses no attempt. */
  static Outcome snooze(Duration delay) {
    return new Snooze(delay);
  }

  /** Never: the job ends as cancelled, and {@code reason} is kept as its error. */
  static Outcome cancel(String reason) {
    return new Cancel(reason);
  }

  /** The work is done. */
  enum Done implements Outcome {
    /** The only one. */
    INSTANCE
  }

  /**
   * Not now.
   *
   * @param delay from now; zero is allowed, negative is not
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
