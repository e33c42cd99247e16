package dev.gala.river.internal.complete;

import dev.gala.river.driver.JobSetStateParams;
import dev.gala.river.job.AttemptError;
import dev.gala.river.job.AttemptId;
import dev.gala.river.job.JobState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The end of an attempt, to be written. */
public sealed interface Completion {
  /** The fence. */
  AttemptId attemptId();

  /** What to tell when it is written; null if nobody wants to know. */
  @Nullable Report report();

  /** About how many characters are to be written. */
  long weight();

  /**
   * Done, with nothing else to write: the common case, for the lean statement.
   *
   * @param attemptId the fence
   * @param report what to tell
   */
  record Success(AttemptId attemptId, @Nullable Report report) implements Completion {
    /** A success nobody wants to know of. */
    public Success(AttemptId attemptId) {
      this(attemptId, null);
    }

    /** The same for the other statement, which says what became of the row. */
    Full inFull(Instant at) {
      return new Full(
          new JobSetStateParams(attemptId, JobState.COMPLETED, null, null, at, null, null),
          false,
          report);
    }

    @Override
    public long weight() {
      return 50;
    }
  }

  /**
   * Done, in a job of which no row is to be left.
   *
   * @param attemptId the fence
   * @param metadata what would be merged into the row, for who is told of the end; a JSON object as
   *     text, or null
   * @param row whether the worker itself has deleted the row, in a transaction
   * @param report what to tell
   */
  record Deletion(AttemptId attemptId, @Nullable String metadata, Row row, @Nullable Report report)
      implements Completion {
    /** Whether there is a row. */
    public enum Row {
      /** If the attempt holds its claim. */
      THERE,
      /** If a transaction was rolled back of which that is not known. */
      MAYBE_GONE,
      /** There is none, and nothing to be written. */
      GONE
    }

    /**
     * The same for a row that stays, because the database does not let it go.
     *
     * @param maybeWritten whether it may have been deleted nevertheless, by a statement that was
     *     not answered
     */
    Full inFull(Instant at, boolean maybeWritten) {
      return new Full(
          new JobSetStateParams(attemptId, JobState.COMPLETED, null, null, at, metadata, null),
          false,
          report,
          maybeWritten || row != Row.THERE);
    }

    @Override
    public long weight() {
      return metadata == null ? 50 : 200L + metadata.length();
    }
  }

  /**
   * What stands for an end the database refused for what is in it: a plain failure that says so, so
   * that the job is tried again while it has attempts left.
   *
   * @param attemptId the fence
   * @param lastAttempt whether it has none
   * @param reason why it was refused
   * @param report what to tell
   */
  record Unwritable(
      AttemptId attemptId, boolean lastAttempt, String reason, @Nullable Report report)
      implements Completion {
    @Override
    public long weight() {
      return 200L + reason.length();
    }
  }

  /**
   * Anything else.
   *
   * @param params what to write
   * @param lastAttempt whether the job has no attempt left
   * @param report what to tell
   * @param maybeDeleted whether the job may have ended well and its row been deleted already: by
   *     the worker itself, in a transaction of which nobody knows whether it was committed, or by a
   *     statement that was not answered
   */
  record Full(
      JobSetStateParams params, boolean lastAttempt, @Nullable Report report, boolean maybeDeleted)
      implements Completion {
    /** An end nobody wants to know of. */
    public Full(JobSetStateParams params, boolean lastAttempt) {
      this(params, lastAttempt, null);
    }

    /** The end of a job whose row is there. */
    public Full(JobSetStateParams params, boolean lastAttempt, @Nullable Report report) {
      this(params, lastAttempt, report, false);
    }

    @Override
    public AttemptId attemptId() {
      return params.attemptId();
    }

    @Override
    public long weight() {
      String metadata = params.metadata();
      AttemptError error = params.error();
      long written = 200;
      if (metadata != null) {
        written += metadata.length();
      }
      if (error != null) {
        written += (long) error.error().length() + error.trace().length();
      }
      return written;
    }
  }
}
