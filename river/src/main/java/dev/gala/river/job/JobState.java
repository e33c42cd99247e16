package dev.gala.river.job;

import java.util.Locale;

/** The state of a job row, in the order of River's enum type {@code river_job_state}. */
public enum JobState {
  /** May be claimed once its scheduled time has passed. */
  AVAILABLE,
  /** Ended by a cancellation. Final. */
  CANCELLED,
  /** Ended well. Final. */
  COMPLETED,
  /** Ended because its attempts were used up. Final. */
  DISCARDED,
  /** Parked: nothing but a retry, a cancellation or a deletion moves it. */
  PENDING,
  /** Waiting for its next attempt after a failure. */
  RETRYABLE,
  /** Claimed by a client and being worked. */
  RUNNING,
  /** Waiting for its scheduled time. */
  SCHEDULED;

  private final String wireName = name().toLowerCase(Locale.ROOT);

  /** The label of River's enum type, for instance {@code available}. */
  public String wireName() {
    return wireName;
  }

  /** Whether the job has ended: cancelled, completed or discarded. */
  public boolean isFinal() {
    return switch (this) {
      case CANCELLED, COMPLETED, DISCARDED -> true;
      case AVAILABLE, PENDING, RETRYABLE, RUNNING, SCHEDULED -> false;
    };
  }

  /**
   * The state with this label.
   *
   * @throws IllegalArgumentException if River has no such state
   */
  public static JobState ofWireName(String wireName) {
    return switch (wireName) {
      case "available" -> AVAILABLE;
      case "cancelled" -> CANCELLED;
      case "completed" -> COMPLETED;
      case "discarded" -> DISCARDED;
      case "pending" -> PENDING;
      case "retryable" -> RETRYABLE;
      case "running" -> RUNNING;
      case "scheduled" -> SCHEDULED;
      default -> throw new IllegalArgumentException("unknown job state \"" + wireName + "\"");
    };
  }
}
