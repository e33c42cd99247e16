package dev.gala.internal.dispatch;

import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.sql.Connection;
import java.util.Map;
import java.util.function.Function;

/** How a listener's transaction ends: on the handler's thread, unless that is given up. */
final class Settlement {
  /**
   * What is committed with a listener's result.
   *
   * @param metadata JSON texts by top-level key
   * @param completes whether the job is completed with it
   */
  record Ending(Map<String, String> metadata, boolean completes) {}

  private final Transaction transaction;
  private final EndGate gate;
  private final Function<Result, Ending> endings;

  /**
   * The end of {@code transaction}.
   *
   * @param endings what to commit with a result
   */
  Settlement(Transaction transaction, EndGate gate, Function<Result, Ending> endings) {
    this.transaction = transaction;
    this.gate = gate;
    this.endings = endings;
  }

  Connection connection() {
    return transaction.connection();
  }

  /**
   * Commits a result with its record, or leaves it to be rolled back if it is not to be committed.
   *
   * @throws RiverException if it is not committed, or nobody knows
   * @throws IllegalStateException if the handler was given up
   */
  Result settle(Result result) {
    if (!result.commits()) {
      return result;
    }
    if (!gate.enter()) {
      throw new IllegalStateException("it returned after it was given up: rolled back");
    }
    Ending ending = endings.apply(result);
    if (ending.completes()) {
      transaction.complete(ending.metadata());
    } else {
      transaction.commit(ending.metadata());
    }
    return result.asRecorded();
  }

  /** Rolls back what was not committed, and gives the connection back, unless it was given up. */
  void close() {
    if (gate.enter()) {
      transaction.close();
    }
  }

  /** Breaks the connection of a handler that was given up. */
  void abandon() {
    transaction.abandon();
  }

  /** Whether {@code failure} says that nobody knows whether the transaction was committed. */
  static boolean isUnknown(Throwable failure) {
    return hasCode(failure, RiverError.OUTCOME_UNKNOWN);
  }

  /** Whether {@code failure} says that the attempt no longer holds the event. */
  static boolean isClaimLost(Throwable failure) {
    return hasCode(failure, RiverError.CLAIM_LOST);
  }

  private static boolean hasCode(Throwable failure, RiverError code) {
    return failure instanceof RiverException river && river.code() == code;
  }
}
