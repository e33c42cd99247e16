package dev.gala.river.postgres;

import dev.gala.river.driver.ClaimedJob;
import dev.gala.river.driver.Executor;
import dev.gala.river.driver.JobDeleteManyParams;
import dev.gala.river.driver.JobGetAvailableParams;
import dev.gala.river.driver.JobInserted;
import dev.gala.river.driver.JobInsertedRow;
import dev.gala.river.driver.JobListQuery;
import dev.gala.river.driver.JobScheduleParams;
import dev.gala.river.driver.JobSetStateParams;
import dev.gala.river.driver.JobSetStateResult;
import dev.gala.river.driver.NotificationTopic;
import dev.gala.river.job.AttemptId;
import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.Queue;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The statements, each in the transaction it is given. What asks for nothing sends nothing. */
final class PostgresExecutor implements Executor {
  private final Statements statements;
  private final Transactions transactions;
  private final Transactions inserts;

  /**
   * An executor.
   *
   * @param transactions of the engine's own work
   * @param inserts of applications' inserts
   */
  PostgresExecutor(Statements statements, Transactions transactions, Transactions inserts) {
    this.statements = statements;
    this.transactions = transactions;
    this.inserts = inserts;
  }

  @Override
  public List<Long> jobComplete(List<AttemptId> attempts, Instant finalizedAt) {
    if (attempts.isEmpty()) {
      return List.of();
    }
    return transactions.run(
        "completing " + attempts.size() + " job(s)",
        connection -> statements.jobComplete().run(connection, attempts, finalizedAt));
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
  public List<JobInserted> jobInsertFast(List<JobInsertParams> jobs, Set<String> notifyQueues) {
    if (jobs.isEmpty()) {
      return List.of();
    }
    return inserts.run(
        "inserting " + jobs.size() + " job(s)",
        connection -> statements.jobInsertFast().run(connection, jobs, notifyQueues));
  }

  @Override
  public int jobSchedule(JobScheduleParams params) {
    if (params.max() <= 0) {
      return 0;
    }
    return transactions.run(
        "making up to " + params.max() + " waiting job(s) available",
        connection -> statements.jobSchedule().run(connection, params));
  }

  @Override
  public List<JobSetStateResult> jobSetStateIfRunning(
      List<JobSetStateParams> params, boolean wantRows) {
    if (params.isEmpty()) {
      return List.of();
    }
    return transactions.run(
        "writing the outcome of " + params.size() + " job(s)",
        connection -> statements.jobSetStateIfRunning().run(connection, params));
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
  public @Nullable JobRow jobCancel(long id, Instant attemptedAt) {
    throw new UnsupportedOperationException("jobCancel");
  }

  @Override
  public List<Long> jobCancelRequested(List<AttemptId> attempts) {
    throw new UnsupportedOperationException("jobCancelRequested");
  }

  @Override
  public @Nullable JobRow jobDelete(long id) {
    throw new UnsupportedOperationException("jobDelete");
  }

  @Override
  public List<JobRow> jobDeleteMany(JobDeleteManyParams params) {
    throw new UnsupportedOperationException("jobDeleteMany");
  }

  @Override
  public @Nullable JobRow jobGet(long id) {
    throw new UnsupportedOperationException("jobGet");
  }

  @Override
  public int jobInsertBulk(List<JobInsertParams> jobs, Set<String> notifyQueues) {
    throw new UnsupportedOperationException("jobInsertBulk");
  }

  @Override
  public List<JobInsertedRow> jobInsertUnique(
      List<JobInsertParams> jobs, Set<String> notifyQueues) {
    throw new UnsupportedOperationException("jobInsertUnique");
  }

  @Override
  public List<JobRow> jobList(JobListQuery query) {
    throw new UnsupportedOperationException("jobList");
  }

  @Override
  public boolean jobMergeMetadataIfRunning(AttemptId attemptId, String metadata) {
    throw new UnsupportedOperationException("jobMergeMetadataIfRunning");
  }

  @Override
  public @Nullable JobRow jobRetry(long id) {
    throw new UnsupportedOperationException("jobRetry");
  }

  @Override
  public @Nullable JobRow jobUpdate(long id, String metadata) {
    throw new UnsupportedOperationException("jobUpdate");
  }

  @Override
  public Queue queueCreateOrUpdate(String name) {
    throw new UnsupportedOperationException("queueCreateOrUpdate");
  }

  @Override
  public @Nullable Queue queueGet(String name) {
    throw new UnsupportedOperationException("queueGet");
  }

  @Override
  public List<Queue> queueList(int max) {
    throw new UnsupportedOperationException("queueList");
  }

  @Override
  public boolean queuePause(String name) {
    throw new UnsupportedOperationException("queuePause");
  }

  @Override
  public boolean queueResume(String name) {
    throw new UnsupportedOperationException("queueResume");
  }

  @Override
  public @Nullable Queue queueUpdate(String name, @Nullable String metadata) {
    throw new UnsupportedOperationException("queueUpdate");
  }
}
