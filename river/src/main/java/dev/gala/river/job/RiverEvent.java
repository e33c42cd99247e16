package dev.gala.river.job;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What happened to a job this client worked, or to a queue it works, told after it was written.
 *
 * @param kind what happened
 * @param queue the queue, or that of the job
 * @param job the row now; null if it is about a queue
 * @param statistics of the attempt; null if it is about a queue
 */
public record RiverEvent(
    Kind kind, String queue, @Nullable JobRow job, @Nullable Statistics statistics) {
  /** What can happen. */
  public enum Kind {
    /** A job was cancelled, by its worker or while it ran. */
    JOB_CANCELLED("job_cancelled"),
    /** A job was completed. */
    JOB_COMPLETED("job_completed"),
    /** An attempt failed: the job's state says whether there will be another one. */
    JOB_FAILED("job_failed"),
    /** An attempt was interrupted by a stop: the job went back. */
    JOB_INTERRUPTED("job_interrupted"),
    /** A job was put off by its worker. */
    JOB_SNOOZED("job_snoozed"),
    /** A queue was paused. */
    QUEUE_PAUSED("queue_paused"),
    /** A queue was resumed. */
    QUEUE_RESUMED("queue_resumed");

    private final String riverName;

    Kind(String riverName) {
      this.riverName = riverName;
    }

    /** River's name of it. */
    public String riverName() {
      return riverName;
    }
  }

  /**
   * How long an attempt took.
   *
   * @param queueWait from the time the job was due to its claim; zero if it was claimed early
   * @param run from the start of the attempt to its end, plugins included
   * @param complete from its end until that was written
   */
  public record Statistics(Duration queueWait, Duration run, Duration complete) {}

  /** Refuses null. */
  public RiverEvent {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(queue, "queue");
  }
}
