package dev.gala.river.internal.complete;

import dev.gala.river.driver.JobSetStateParams;
import dev.gala.river.job.AttemptId;

/** The end of an attempt, to be written. */
public sealed interface Completion {
  /** The fence. */
  AttemptId attemptId();

  /**
   * Done, with nothing else to write: the common case, for the lean statement.
   *
   * @param attemptId the fence
   */
  record Success(AttemptId attemptId) implements Completion {}

  /**
   * What stands for an end the database refused for what is in it: a plain failure that says so, so
   * that the job is tried again while it has attempts left.
   *
   * @param attemptId the fence
   * @param lastAttempt whether it has none
   * @param reason why it was refused
   */
  record Unwritable(AttemptId attemptId, boolean lastAttempt, String reason)
      implements Completion {}

  /**
   * Anything else.
   *
   * @param params what to write
   * @param lastAttempt whether the job has no attempt left
   */
  record Full(JobSetStateParams params, boolean lastAttempt) implements Completion {
    @Override
    public AttemptId attemptId() {
      return params.attemptId();
    }
  }
}
