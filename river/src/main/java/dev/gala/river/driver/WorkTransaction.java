package dev.gala.river.driver;

import dev.gala.river.job.RiverException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The transaction open on a worker's own connection, in which what the worker does and what is
 * written of its attempt happen both or not at all. For one thread. Unlike all else a driver does
 * on a connection given, it ends the transaction: that is what it was given for.
 *
 * <p>Every write is behind the attempt's fence, and behind another: it must still be the
 * transaction that {@link #begin} found. A worker that committed in between by a statement of its
 * own is found out, and not taken for done.
 */
public interface WorkTransaction {
  /**
   * Reads the metadata of the attempt's row, without a lock: what others write of the job meanwhile
   * does not wait.
   *
   * @return a JSON object as text; null if the attempt has lost its claim
   */
  @Nullable String begin();

  /**
   * Merges metadata into the row.
   *
   * @param metadata a JSON object as text, top-level keys replaced
   */
  Written merge(String metadata);

  /**
   * Completes the job.
   *
   * @param finalizedAt the end, cut to microseconds
   * @param metadata a JSON object as text, top-level keys replaced; null for nothing
   */
  Written complete(Instant finalizedAt, @Nullable String metadata);

  /** Deletes the job, instead of completing it. */
  Written delete();

  /**
   * Commits.
   *
   * @throws RiverException with {@link dev.gala.river.job.RiverError#OUTCOME_UNKNOWN} if no answer
   *     came that can be relied on; whatever else is thrown, nothing was committed
   */
  void commit();

  /** Rolls back. A connection that is broken has nothing left to roll back: that is no failure. */
  void rollback();

  /** What became of a write. */
  enum Written {
    /** The row is as it is to be, if the transaction commits. */
    DONE,
    /** The attempt has lost its claim; nothing was written. */
    CLAIM_LOST,
    /** The transaction is not the one that was begun; nothing was written. */
    TRANSACTION_ENDED,
    /**
     * The claim holds, in the transaction that was begun, but the database left the row as it is
     * without a word, as a trigger or a policy makes it; nothing was written.
     */
    KEPT
  }
}
