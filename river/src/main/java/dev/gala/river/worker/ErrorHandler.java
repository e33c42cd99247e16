package dev.gala.river.worker;

import dev.gala.river.job.JobRow;

/**
 * Is told of every failed attempt, the last one of a job too, and may end the job. Not told of
 * snoozes, of cancellations, and of attempts that were interrupted by a stop. Called by many
 * threads at once; what it throws is logged and changes nothing.
 */
@FunctionalInterface
public interface ErrorHandler {
  /** What becomes of the job. */
  enum Decision {
    /** It is cancelled: not tried again, and the failure kept as its error. */
    CANCEL,
    /** What would become of it anyway: tried again while it has attempts left. */
    RETRY
  }

  /**
   * Looks at a failure.
   *
   * @param job the row as claimed
   * @param failure what failed the attempt
   */
  Decision failed(JobRow job, Throwable failure);
}
