package dev.gala.internal.dispatch;

import dev.gala.event.EmitReceipt;
import dev.gala.event.Emitter;
import dev.gala.event.EventId;
import dev.gala.river.job.RiverException;
import java.sql.Connection;
import java.util.Map;
import java.util.function.Function;

/**
 * A transaction in which what a listener does and the record that it is finished happen both or not
 * at all. Ended once: by the handler's thread, or by {@link #abandon} of another.
 */
public interface Transaction {
  /** What earlier rounds left, as this transaction found it. */
  Marks marks();

  /** The handler's: what would end or reconfigure the transaction is refused on it. */
  Connection connection();

  /** Emits in the transaction, until that ends. */
  Emitter emitter();

  /**
   * Emits an event in the transaction, unless this was done before: in another one, or in this one.
   * That is remembered with what is committed.
   *
   * @param id the event's; also what is remembered
   * @param listener which listener emits it
   * @param emit emits it, on the emitter it is given
   */
  EmitReceipt emitOnce(EventId id, String listener, Function<Emitter, EmitReceipt> emit);

  /**
   * Writes metadata of the job, and commits.
   *
   * @param metadata JSON texts by top-level key
   * @throws RiverException with {@link dev.gala.river.job.RiverError#CLAIM_LOST}, or {@link
   *     dev.gala.river.job.RiverError#OUTCOME_UNKNOWN}; with any other code nothing was committed
   */
  void commit(Map<String, String> metadata);

  /**
   * Completes the job, writes metadata of it, and commits.
   *
   * @param metadata JSON texts by top-level key
   * @throws RiverException as {@link #commit}
   */
  void complete(Map<String, String> metadata);

  /** Rolls back, if it was not committed, and gives the connection back. Idempotent. */
  void close();

  /** Breaks the connection, of a handler that will not end. Idempotent; never fails. */
  void abandon();
}
