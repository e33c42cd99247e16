package dev.gala.river.postgres;

import dev.gala.river.driver.ClaimedJob;
import dev.gala.river.driver.Executor;
import dev.gala.river.driver.JobClaimParams;
import dev.gala.river.driver.JobCounted;
import dev.gala.river.driver.JobDeleteManyParams;
import dev.gala.river.driver.JobGetAvailableParams;
import dev.gala.river.driver.JobInserted;
import dev.gala.river.driver.JobInsertedRow;
import dev.gala.river.driver.JobListQuery;
import dev.gala.river.driver.JobSetStateParams;
import dev.gala.river.driver.JobSetStateResult;
import dev.gala.river.driver.NotificationTopic;
import dev.gala.river.job.AttemptId;
import dev.gala.river.job.JobCount;
import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.JobRestart;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.JobTallyParams;
import dev.gala.river.job.JobsRestarted;
import dev.gala.river.job.Queue;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The statements, each in the transaction it is given. What asks for nothing sends nothing. */
final class PostgresExecutor implements Executor {
  private final Statements statements;
  private final Transactions transactions;
  private final Transactions inserts;
  private final Locked locked;

  private PostgresExecutor(
      Statements statements, Transactions transactions, Transactions inserts, Locked locked) {
    this.statements = statements;
    this.transactions = transactions;
    this.inserts = inserts;
    this.locked = locked;
  }

  /**
   * Statements in transactions of their own.
   *
   * @param transactions of the engine's own work
   * @param inserts of applications' inserts and control operations: however many there are, and
   *     however long they take, claims and completions do not wait for them
   */
  static PostgresExecutor of(
      Statements statements, OwnTransactions transactions, OwnTransactions inserts) {
    return new PostgresExecutor(statements, transactions, inserts, Locked.PASS_OVER);
  }

  /** Statements in a caller's transaction, whose patience with locks is its own. */
  static PostgresExecutor of(Statements statements, CallerTransaction caller) {
    return new PostgresExecutor(statements, caller, caller, Locked.WAIT);
  }

  @Override
  public Map<AttemptId, JobState> jobAttemptStates(List<AttemptId> attempts) {
    if (attempts.isEmpty()) {
      return Map.of();
    }
    return transactions.run(
        "looking at " + attempts.size() + " attempt(s)",
        connection -> statements.jobAttemptStates().run(connection, attempts));
  }

  @Override
  public @Nullable JobRow jobCancel(long id, Instant attemptedAt) {
    return find(
        inserts,
        "cancelling job " + id,
        connection -> statements.jobCancel().run(connection, id, attemptedAt));
  }

  @Override
  public List<Long> jobCancelRequested(List<AttemptId> attempts) {
    if (attempts.isEmpty()) {
      return List.of();
    }
    return transactions.run(
        "asking for cancellations of " + attempts.size() + " job(s)",
        connection -> statements.jobCancelRequested().run(connection, attempts));
  }

  @Override
  public @Nullable ClaimedJob jobClaim(JobClaimParams params) {
    return find(
        transactions,
        "claiming job " + params.id(),
        connection -> statements.jobClaim().run(connection, params));
  }

  @Override
  public List<Long> jobComplete(List<AttemptId> attempts, Instant finalizedAt) {
    if (attempts.isEmpty()) {
      return List.of();
    }
    return transactions.run(
        "completing " + attempts.size() + " job(s)",
        connection ->
            statements
                .jobComplete()
                .run(
                    connection,
                    locked,
                    attempts,
                    statement -> statement.setString(4, Times.text(finalizedAt))));
  }

  @Override
  public @Nullable JobRow jobDelete(long id) {
    return find(
        inserts, "deleting job " + id, connection -> statements.jobDelete().run(connection, id));
  }

  @Override
  public List<Long> jobDeleteIfRunning(List<AttemptId> attempts) {
    if (attempts.isEmpty()) {
      return List.of();
    }
    return transactions.run(
        "deleting " + attempts.size() + " completed job(s)",
        connection ->
            statements
                .jobDeleteIfRunning()
                .run(connection, locked, attempts, EndOfAttempts.Rest.NONE));
  }

  @Override
  public List<JobRow> jobDeleteMany(JobDeleteManyParams params) {
    if (params.max() <= 0) {
      return List.of();
    }
    return inserts.run(
        "deleting up to " + params.max() + " job(s)",
        connection -> statements.jobDeleteMany().run(connection, params));
  }

  @Override
  public @Nullable JobRow jobGet(long id) {
    return find(
        inserts, "reading job " + id, connection -> statements.jobGet().run(connection, id));
  }

  @Override
  public List<ClaimedJob> jobGetAvailable(JobGetAvailableParams params) {
    if (params.max() <= 0 || (params.kinds() != null && params.kinds().isEmpty())) {
      return List.of();
    }
    return transactions.run(
        "claiming up to " + params.max() + " job(s) of queue \"" + params.queue() + '"',
        connection -> statements.jobGetAvailable().run(connection, params));
  }

  @Override
  public boolean jobPassedOver(JobGetAvailableParams params) {
    if (params.starts().isEmpty() || (params.kinds() != null && params.kinds().isEmpty())) {
      return false;
    }
    return transactions.run(
        "looking for jobs of queue \"" + params.queue() + "\" that were passed over",
        connection -> statements.jobPassedOver().run(connection, params));
  }

  @Override
  public int jobInsertBulk(List<JobInsertParams> jobs, Set<String> notifyQueues) {
    if (jobs.isEmpty()) {
      return 0;
    }
    return inserts.runMany(
        "inserting " + jobs.size() + " job(s) in bulk",
        connection -> statements.jobInsertBulk().run(connection, jobs, notifyQueues));
  }

  @Override
  public List<JobInserted> jobInsertFast(List<JobInsertParams> jobs, Set<String> notifyQueues) {
    if (jobs.isEmpty()) {
      return List.of();
    }
    return inserts.run(
        "inserting " + jobs.size() + " job(s)",
        connection -> statements.jobInsertFast().run(connection, jobs, notifyQueues));
  }

  @Override
  public List<JobInserted> jobInsertRunning(List<JobInsertParams> jobs, String clientId) {
    if (jobs.isEmpty()) {
      return List.of();
    }
    return inserts.run(
        "inserting " + jobs.size() + " job(s) to begin at once",
        connection -> statements.jobInsertRunning().run(connection, jobs, clientId));
  }

  @Override
  public List<JobInsertedRow> jobInsertUnique(
      List<JobInsertParams> jobs, Set<String> notifyQueues) {
    if (jobs.isEmpty()) {
      return List.of();
    }
    return inserts.run(
        "inserting " + jobs.size() + " job(s), some unique",
        connection -> statements.jobInsertUnique().run(connection, locked, jobs, notifyQueues));
  }

  @Override
  public List<JobInsertedRow> jobInsertUnique(
      List<JobInsertParams> jobs, Set<String> notifyQueues, Consumer<List<JobInsertedRow>> check) {
    if (jobs.isEmpty()) {
      return List.of();
    }
    return inserts.runMany(
        "inserting " + jobs.size() + " job(s), some unique",
        connection -> {
          Savepoint before = connection.setSavepoint();
          List<JobInsertedRow> inserted =
              statements.jobInsertUnique().run(connection, locked, jobs, notifyQueues);
          try {
            check.accept(inserted);
          } catch (RuntimeException | Error refused) {
            connection.rollback(before);
            throw refused;
          }
          connection.releaseSavepoint(before);
          return inserted;
        });
  }

  @Override
  public JobCounted jobCountListed(JobListQuery query) {
    if (query.max() <= 0) {
      return new JobCounted(0, 0);
    }
    return inserts.run(
        "counting up to " + query.max() + " job(s)",
        connection -> statements.jobCountListed().run(connection, query));
  }

  @Override
  public List<JobRow> jobList(JobListQuery query) {
    if (query.max() <= 0) {
      return List.of();
    }
    return inserts.run(
        "listing up to " + query.max() + " job(s)",
        connection -> statements.jobList().run(connection, query));
  }

  @Override
  public boolean jobMergeMetadataIfRunning(AttemptId attemptId, String metadata) {
    return transactions.run(
        "merging metadata into job " + attemptId.jobId(),
        connection -> statements.jobMergeMetadataIfRunning().run(connection, attemptId, metadata));
  }

  @Override
  public JobsRestarted jobRestartMany(List<JobRestart> jobs) {
    return inserts.run(
        "restarting " + jobs.size() + " job(s)",
        connection -> statements.jobRestartMany().run(connection, jobs));
  }

  @Override
  public @Nullable JobRow jobRetry(long id) {
    return find(
        inserts, "retrying job " + id, connection -> statements.jobRetry().run(connection, id));
  }

  @Override
  public List<JobSetStateResult> jobSetStateIfRunning(
      List<JobSetStateParams> params, boolean wantRows) {
    if (params.isEmpty()) {
      return List.of();
    }
    return transactions.run(
        "writing the outcome of " + params.size() + " job(s)",
        connection -> statements.jobSetStateIfRunning().run(connection, locked, params, wantRows));
  }

  @Override
  public List<JobCount> jobTally(JobTallyParams params) {
    return inserts.run(
        "counting jobs by their metadata",
        connection -> statements.jobTally().run(connection, params));
  }

  @Override
  public @Nullable JobRow jobUpdate(long id, String metadata) {
    return find(
        inserts,
        "updating job " + id,
        connection -> statements.jobUpdate().run(connection, id, metadata));
  }

  @Override
  public void notifyMany(NotificationTopic topic, List<String> payloads) {
    if (payloads.isEmpty()) {
      return;
    }
    transactions.run(
        "notifying topic " + topic.wireName(),
        connection -> {
          statements.notifyMany().run(connection, topic, payloads);
          return payloads.size();
        });
  }

  @Override
  public Queue queueCreateOrUpdate(String name) {
    return transactions.run(
        "noting that queue \"" + name + "\" is worked",
        connection -> statements.queueCreateOrUpdate().run(connection, name));
  }

  @Override
  public @Nullable Queue queueGet(String name) {
    return find(
        transactions,
        "reading queue \"" + name + '"',
        connection -> statements.queueGet().run(connection, name));
  }

  @Override
  public List<Queue> queueList(int max) {
    if (max <= 0) {
      return List.of();
    }
    return inserts.run(
        "listing up to " + max + " queue(s)",
        connection -> statements.queueList().run(connection, max));
  }

  @Override
  public boolean queuePause(String name) {
    return inserts.run(
        "pausing queue \"" + name + '"',
        connection -> statements.queuePause().run(connection, name));
  }

  @Override
  public boolean queueResume(String name) {
    return inserts.run(
        "resuming queue \"" + name + '"',
        connection -> statements.queueResume().run(connection, name));
  }

  @Override
  public @Nullable Queue queueUpdate(String name, @Nullable String metadata) {
    return find(
        inserts,
        "updating queue \"" + name + '"',
        connection -> statements.queueUpdate().run(connection, name, metadata));
  }

  private static <T> @Nullable T find(
      Transactions transactions, String doing, SqlSearch<T> search) {
    Optional<T> found =
        transactions.run(doing, connection -> Optional.ofNullable(search.run(connection)));
    return found.orElse(null);
  }

  /** Work that may come back with nothing. */
  @FunctionalInterface
  private interface SqlSearch<T> {
    @Nullable T run(Connection connection) throws SQLException;
  }
}
