package dev.gala.river.internal.execute;

import dev.gala.river.driver.Executor;
import dev.gala.river.driver.JobSetStateParams;
import dev.gala.river.driver.JobSetStateResult;
import dev.gala.river.driver.WorkTransaction;
import dev.gala.river.job.AttemptId;
import dev.gala.river.job.JobState;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.worker.AttemptTransaction;
import java.sql.Connection;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What workers write in transactions of their own, each behind the attempt's fence. */
final class CallersTransaction {
  private final Function<Connection, Executor> executors;
  private final BiFunction<Connection, AttemptId, WorkTransaction> own;
  private final InstantSource clock;

  /**
   * Writes by these statements.
   *
   * @param executors in transactions that the worker ends
   * @param own in transactions that are ended here
   */
  CallersTransaction(
      Function<Connection, Executor> executors,
      BiFunction<Connection, AttemptId, WorkTransaction> own,
      InstantSource clock) {
    this.executors = executors;
    this.own = own;
    this.clock = clock;
  }

  InstantSource clock() {
    return clock;
  }

  /** Completes the job, with all that is staged, or deletes it. */
  void complete(Attempt attempt, Connection connection) {
    AttemptId id = attempt.job().attemptId();
    Executor executor = executors.apply(connection);
    if (attempt.deletedWhenCompleted() && !executor.jobDeleteIfRunning(List.of(id)).isEmpty()) {
      attempt.completedByWorker(true);
      return;
    }
    // What is not deleted may be kept by a trigger or a policy: the claim decides.
    if (!complete(executor, id, attempt.metadata().toJson())) {
      throw lost(id, "be completed");
    }
    attempt.completedAndKept();
  }

  private boolean complete(Executor executor, AttemptId id, @Nullable String metadata) {
    var params =
        new JobSetStateParams(id, JobState.COMPLETED, null, null, clock.instant(), metadata, null);
    List<JobSetStateResult> results = executor.jobSetStateIfRunning(List.of(params), false);
    return !results.isEmpty() && results.getFirst().state() == JobState.COMPLETED;
  }

  /** Begins a transaction that is ended by what this returns. */
  AttemptTransaction begin(Attempt attempt, Connection connection) {
    AttemptId id = attempt.job().attemptId();
    return WorkersTransaction.begin(attempt, own.apply(connection, id), clock);
  }

  /** Merges metadata into the row. */
  void merge(Attempt attempt, Connection connection, String metadata) {
    AttemptId id = attempt.job().attemptId();
    if (!executors.apply(connection).jobMergeMetadataIfRunning(id, metadata)) {
      throw lost(id, "keep a checkpoint");
    }
  }

  private static RiverException lost(AttemptId id, String what) {
    return new RiverException(
        RiverError.CLAIM_LOST,
        id
            + " has lost its claim (rescued, or ended by another hand) and cannot "
            + what
            + ": roll the transaction back");
  }
}
