package dev.gala.river.worker;

import java.time.Duration;

/**
 * Thrown by workers deep inside their work, alone or as the cause of something else: the job comes
 * back later and uses no attempt, as with {@link Outcome#snooze}. Wins over a {@link
 * JobCancelException} beside it.
 */
public class JobSnoozeException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** How long. */
  private final Duration delay;

  /**
   * Comes back after {@code delay}.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public JobSnoozeException(Duration delay) {
    super("snoozed for " + delay);
    if (delay.isNegative()) {
      throw new IllegalArgumentException(
          "snooze delay is " + delay + ": give zero or a time to come");
    }
    this.delay = delay;
  }

  /** From the end of the attempt; never negative. */
  public Duration delay() {
    return delay;
  }
}
