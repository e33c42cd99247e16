package dev.gala.river.job;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

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

  /** The bit of this state in {@code unique_states}, read as a number: 1 for available. */
  public int uniqueBit() {
    return switch (this) {
      case AVAILABLE -> 1;
      case CANCELLED -> 1 << 1;
      case COMPLETED -> 1 << 2;
      case DISCARDED -> 1 << 3;
      case PENDING -> 1 << 4;
      case RETRYABLE -> 1 << 5;
      case RUNNING -> 1 << 6;
      case SCHEDULED -> 1 << 7;
    };
  }

  /** The bits of these states in {@code unique_states}. */
  public static int uniqueMask(Collection<JobState> states) {
    return states.stream().mapToInt(JobState::uniqueBit).reduce(0, (mask, bit) -> mask | bit);
  }

  /** The states of these bits of {@code unique_states}. */
  public static Set<JobState> ofUniqueMask(int mask) {
    if (mask == 0) {
      return Set.of();
    }
    var states = EnumSet.noneOf(JobState.class);
    for (JobState state : values()) {
      if ((mask & state.uniqueBit()) != 0) {
        states.add(state);
      }
    }
    return states;
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
