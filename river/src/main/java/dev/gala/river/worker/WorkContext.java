package dev.gala.river.worker;

import dev.gala.river.job.JobRow;
import java.sql.Connection;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * One attempt, as its worker sees it. Safe for use by many threads.
 *
 * @param <T> the arguments' type
 */
public interface WorkContext<T> {
  /** The arguments. */
  T args();

  /** The row as claimed. */
  JobRow job();

  /**
   * Whether the attempt should end early: its time is over or the client is stopping. The worker's
   * thread has been interrupted besides.
   */
  boolean cancelled();

  /** When the attempt's time is over; null if it has no limit. */
  @Nullable Instant deadline();

  /**
   * Stages a top-level key of the job's metadata, written together with the attempt's outcome,
   * whatever that is. The last value of a key wins.
   *
   * @param key not beginning with {@code river:}, which River keeps for itself
   * @param json the value, as JSON text
   * @throws dev.gala.river.job.RiverException if the key is River's, or the value is no JSON or has
   *     more than 32 MiB
   */
  void setMetadata(String key, String json);

  /**
   * Stages the job's output, metadata key {@code output}, written together with the attempt's
   * outcome, whatever that is. The last one wins.
   *
   * @param json any JSON text of at most 32 MiB in UTF-8
   * @throws dev.gala.river.job.RiverException with {@link
   *     dev.gala.river.job.RiverError#PARAMS_INVALID} if it is larger, or no JSON
   */
  void recordOutput(String json);

  /**
   * Says whether the job is to be deleted, if this attempt ends well, instead of kept as completed;
   * otherwise its queue does, by {@link dev.gala.river.job.QueueConfig#deleteOnCompletion}. Output
   * and metadata then go no further than to subscribers. A job that ends in any other way is kept,
   * and so is one whose unique key holds while it is completed.
   *
   * @param delete the last one counts
   */
  void deleteOnCompletion(boolean delete);

  /** The steps of the job, for work that need not all be done again. */
  Steps steps();

  /**
   * A logger whose lines go to the application's log, and are kept with the job besides: those of
   * at least INFO, and what else the application's log is set to, up to 2 MiB for an attempt.
   */
  Logger logger();

  /**
   * Completes the job in the caller's transaction, with all that is staged: what the worker did
   * there and the completion happen both or not at all. The worker then ends with {@link
   * Outcome#done()}. If the transaction was rolled back nevertheless, the job is completed by that.
   *
   * @param connection the caller's, in its transaction; never committed, rolled back or closed
   * @throws dev.gala.river.job.RiverException with {@link dev.gala.river.job.RiverError#CLAIM_LOST}
   *     if the job was rescued or ended by another hand: roll back
   */
  void complete(Connection connection);

  /**
   * Begins a transaction in which what the worker does on {@code connection} and what is written of
   * its job happen both or not at all. Unlike {@link #complete}, it is ended by what this returns,
   * never by the caller.
   *
   * @param connection the worker's own, to the database of the jobs, not in auto-commit mode;
   *     nothing has been done in its transaction
   * @throws dev.gala.river.job.RiverException with {@link dev.gala.river.job.RiverError#CLAIM_LOST}
   *     if the job was rescued or ended by another hand: roll back; with {@link
   *     dev.gala.river.job.RiverError#CONNECTION_IN_AUTO_COMMIT} if there is no transaction
   */
  AttemptTransaction begin(Connection connection);
}
