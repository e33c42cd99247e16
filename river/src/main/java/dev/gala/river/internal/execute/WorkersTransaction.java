package dev.gala.river.internal.execute;

import dev.gala.river.driver.WorkTransaction;
import dev.gala.river.job.AttemptId;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.worker.AttemptTransaction;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A worker's transaction, from the claim's mark to the commit. */
final class WorkersTransaction implements AttemptTransaction {
  private final Attempt attempt;
  private final WorkTransaction transaction;
  private final InstantSource clock;
  private final String metadata;
  private boolean ended;

  private WorkersTransaction(
      Attempt attempt, WorkTransaction transaction, InstantSource clock, String metadata) {
    this.attempt = attempt;
    this.transaction = transaction;
    this.clock = clock;
    this.metadata = metadata;
  }

  /**
   * Begins.
   *
   * @throws RiverException if the claim is lost, or the row cannot be read
   */
  static WorkersTransaction begin(
      Attempt attempt, WorkTransaction transaction, InstantSource clock) {
    String metadata = transaction.begin();
    if (metadata == null) {
      throw lost(attempt.job().attemptId());
    }
    return new WorkersTransaction(attempt, transaction, clock, metadata);
  }

  @Override
  public String metadata() {
    return metadata;
  }

  @Override
  public void commit(Map<String, String> json) {
    end(new StagedMetadata().with(json).toJson(), false);
  }

  /** Whoever commits says so before: if no answer comes, the row's state decides. */
  @Override
  public void commitAndComplete(Map<String, String> json) {
    StagedMetadata patch = attempt.metadata().with(json);
    attempt.completedByWorker(true);
    try {
      end(patch.toJson(), true);
      attempt.completionCommitted();
    } catch (RiverException failure) {
      if (failure.code() != RiverError.OUTCOME_UNKNOWN) {
        attempt.completedByWorker(false);
      }
      throw failure;
    }
  }

  @Override
  public void rollback() {
    if (!ended) {
      ended = true;
      transaction.rollback();
    }
  }

  private void end(@Nullable String patch, boolean completes) {
    if (ended) {
      throw new IllegalStateException("the transaction has ended: begin another");
    }
    try {
      AttemptId id = attempt.job().attemptId();
      switch (completes ? complete(patch) : transaction.merge(patch == null ? "{}" : patch)) {
        case DONE -> {}
        case CLAIM_LOST -> throw lost(id);
        case KEPT ->
            throw new RiverException(
                RiverError.ROW_REFUSED,
                "the database lets the row of "
                    + id
                    + " not be written, and does not say why: see that no trigger or policy of yours"
                    + " on river_job keeps it; what the worker did is rolled back");
        case TRANSACTION_ENDED ->
            throw new RiverException(
                RiverError.CLIENT_STATE,
                "the transaction of "
                    + id
                    + " was ended by the worker itself, and what it did may be done twice: leave"
                    + " out its COMMIT or ROLLBACK, also as a statement's text; the engine commits");
      }
      ended = true;
      transaction.commit();
    } finally {
      rollback();
    }
  }

  private WorkTransaction.Written complete(@Nullable String patch) {
    if (attempt.deletedWhenCompleted()) {
      WorkTransaction.Written deleted = transaction.delete();
      if (deleted != WorkTransaction.Written.KEPT) {
        return deleted;
      }
      attempt.completedAndKept();
    }
    return transaction.complete(clock.instant(), patch);
  }

  private static RiverException lost(AttemptId id) {
    return new RiverException(
        RiverError.CLAIM_LOST,
        id + " has lost its claim (rescued, or ended by another hand): what it did is rolled back");
  }
}
