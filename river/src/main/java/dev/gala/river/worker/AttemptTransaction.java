package dev.gala.river.worker;

import java.util.Map;

/**
 * A transaction on a worker's own connection, in which what the worker does there and what is
 * written of its job happen both or not at all: begun by {@link WorkContext#begin}, and ended once.
 * For one thread.
 *
 * <pre>{@code
 * AttemptTransaction transaction = context.begin(connection);
 * // … statements on the connection …
 * transaction.commit(Map.of("my:step", "\"charged\""));
 * }</pre>
 *
 * <p>The last statement before the commit is the engine's, behind the attempt's fence. So an
 * attempt that has lost its claim commits nothing, whatever it did.
 */
public interface AttemptTransaction {
  /** The job's metadata as this transaction found them: a JSON object as text. */
  String metadata();

  /**
   * Writes top-level keys of the job's metadata, and commits.
   *
   * @param json values by key, as JSON text; no key begins with {@code river:}
   * @throws dev.gala.river.job.RiverException with {@link dev.gala.river.job.RiverError#CLAIM_LOST}
   *     if the job was rescued or ended by another hand, {@link
   *     dev.gala.river.job.RiverError#OUTCOME_UNKNOWN} if no answer came to the commit: only the
   *     row knows then. With any other code nothing was committed.
   */
  void commit(Map<String, String> json);

  /**
   * Completes the job with all that is staged, and commits. The worker then ends with {@link
   * Outcome#done()}.
   *
   * @param json more of the job's metadata by key, as JSON text, which count only if this is
   *     committed; no key begins with {@code river:}
   * @throws dev.gala.river.job.RiverException as {@link #commit}
   */
  void commitAndComplete(Map<String, String> json);

  /** Rolls back, unless it was ended before. Never fails. */
  void rollback();
}
