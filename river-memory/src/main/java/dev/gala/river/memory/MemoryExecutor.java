package dev.gala.river.memory;

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
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The seam in memory, each call a transaction of its own or part of a connection's. */
final class MemoryExecutor implements Executor {
  /** In which transaction something is done. */
  @FunctionalInterface
  interface Transaction {
    <T> T change(Function<JobTable, T> change);
  }

  private final MemoryDatabase database;
  private final Transaction transaction;

  MemoryExecutor(MemoryDatabase database, Transaction transaction) {
    this.database = database;
    this.transaction = transaction;
  }

  @Override
  public Map<AttemptId, JobState> jobAttemptStates(List<AttemptId> attempts) {
    return transaction.change(
        table -> {
          var states = new HashMap<AttemptId, JobState>();
          for (AttemptId attempt : attempts) {
            JobRow row = table.row(attempt.jobId());
            if (row != null && row.attemptedAt() != null && row.attemptId().equals(attempt)) {
              states.put(attempt, row.state());
            }
          }
          return states;
        });
  }

  @Override
  public @Nullable JobRow jobCancel(long id, Instant attemptedAt) {
    Instant now = database.now();
    return changeRow(table -> table.cancel(id, attemptedAt, now));
  }

  @Override
  public List<Long> jobCancelRequested(List<AttemptId> attempts) {
    return transaction.change(
        table -> attempts.stream().filter(table::isCancelAsked).map(AttemptId::jobId).toList());
  }

  @Override
  public @Nullable ClaimedJob jobClaim(JobClaimParams params) {
    Instant now = database.now();
    JobRow row = changeRow(table -> table.claimOne(params, now));
    return row == null ? null : new ClaimedJob(row, null);
  }

  @Override
  public List<Long> jobComplete(List<AttemptId> attempts, Instant finalizedAt) {
    return transaction.change(
        table -> {
          Predicate<AttemptId> complete = attempt -> table.completeWith(attempt, finalizedAt, null);
          return attempts.stream().filter(complete).map(AttemptId::jobId).toList();
        });
  }

  @Override
  public @Nullable JobRow jobDelete(long id) {
    return changeRow(table -> table.delete(id));
  }

  @Override
  public List<Long> jobDeleteIfRunning(List<AttemptId> attempts) {
    return transaction.change(
        table -> attempts.stream().filter(table::deleteIfRunning).map(AttemptId::jobId).toList());
  }

  @Override
  public List<JobRow> jobDeleteMany(JobDeleteManyParams params) {
    return transaction.change(
        table -> {
          List<JobRow> doomed = JobLists.deletable(table.rows(), params);
          doomed.forEach(row -> table.delete(row.id()));
          return doomed;
        });
  }

  @Override
  public @Nullable JobRow jobGet(long id) {
    return changeRow(table -> table.row(id));
  }

  @Override
  public List<ClaimedJob> jobGetAvailable(JobGetAvailableParams params) {
    Instant now = database.now();
    return transaction.change(table -> table.claim(params, now)).stream()
        .map(row -> new ClaimedJob(row, null))
        .toList();
  }

  @Override
  public boolean jobPassedOver(JobGetAvailableParams params) {
    return transaction.change(table -> table.passesOver(params));
  }

  @Override
  public int jobInsertBulk(List<JobInsertParams> jobs, Set<String> notifyQueues) {
    return jobInsertFast(jobs, notifyQueues).size();
  }

  @Override
  public List<JobInserted> jobInsertFast(List<JobInsertParams> jobs, Set<String> notifyQueues) {
    List<JobRow> rows = rows(jobs);
    transaction.change(
        table -> {
          rows.forEach(table::insert);
          return rows.size();
        });
    return rows.stream().map(row -> new JobInserted(row.id(), row.createdAt())).toList();
  }

  @Override
  public List<JobInserted> jobInsertRunning(List<JobInsertParams> jobs, String clientId) {
    List<JobRow> rows =
        rows(jobs).stream()
            .map(row -> new RowDraft(row).claimed(clientId, row.createdAt()).row())
            .toList();
    transaction.change(
        table -> {
          rows.forEach(table::insert);
          return rows.size();
        });
    return rows.stream().map(row -> new JobInserted(row.id(), row.createdAt(), true)).toList();
  }

  @Override
  public List<JobInsertedRow> jobInsertUnique(
      List<JobInsertParams> jobs, Set<String> notifyQueues) {
    List<JobRow> rows = rows(jobs);
    return transaction.change(table -> rows.stream().map(table::insertUnlessHeld).toList());
  }

  @Override
  public List<JobInsertedRow> jobInsertUnique(
      List<JobInsertParams> jobs, Set<String> notifyQueues, Consumer<List<JobInsertedRow>> check) {
    List<JobRow> rows = rows(jobs);
    return transaction.change(
        table -> {
          JobTable trial = table.copy();
          check.accept(rows.stream().map(trial::insertUnlessHeld).toList());
          return rows.stream().map(table::insertUnlessHeld).toList();
        });
  }

  private List<JobRow> rows(List<JobInsertParams> jobs) {
    Instant now = database.now();
    var rows = new ArrayList<JobRow>();
    for (JobInsertParams job : jobs) {
      Instant due = job.scheduledAt();
      rows.add(
          new JobRow(
              database.nextId(),
              job.state(),
              0,
              job.maxAttempts(),
              null,
              now,
              null,
              due == null ? now : due,
              job.priority(),
              job.args(),
              List.of(),
              List.of(),
              job.kind(),
              job.metadata(),
              job.queue(),
              job.tags(),
              job.uniqueKey(),
              JobState.ofUniqueMask(job.uniqueStates())));
    }
    return rows;
  }

  @Override
  public JobCounted jobCountListed(JobListQuery query) {
    List<JobRow> rows = jobList(query);
    return new JobCounted(rows.size(), rows.isEmpty() ? 0 : rows.getLast().id());
  }

  @Override
  public List<JobRow> jobList(JobListQuery query) {
    return transaction.change(table -> JobLists.list(table.rows(), query));
  }

  @Override
  public List<JobCount> jobTally(JobTallyParams params) {
    return transaction.change(table -> JobLists.tally(table.rows(), params));
  }

  @Override
  public boolean jobMergeMetadataIfRunning(AttemptId attemptId, String metadata) {
    return transaction.change(table -> table.merge(attemptId, metadata));
  }

  @Override
  public JobsRestarted jobRestartMany(List<JobRestart> jobs) {
    Instant now = database.now();
    return transaction.change(
        table -> {
          var restarted = new ArrayList<Long>();
          var held = new ArrayList<Long>();
          for (JobRestart job : jobs) {
            Boolean again = table.restart(job, now);
            if (again != null) {
              (again ? restarted : held).add(job.id());
            }
          }
          return new JobsRestarted(restarted, held);
        });
  }

  @Override
  public @Nullable JobRow jobRetry(long id) {
    Instant now = database.now();
    return changeRow(table -> table.retry(id, now));
  }

  @Override
  public List<JobSetStateResult> jobSetStateIfRunning(
      List<JobSetStateParams> params, boolean wantRows) {
    Instant now = database.now();
    return transaction.change(table -> table.setStates(params, now));
  }

  @Override
  public @Nullable JobRow jobUpdate(long id, String metadata) {
    return changeRow(table -> table.update(id, metadata));
  }

  /** Nobody listens. */
  @Override
  public void notifyMany(NotificationTopic topic, List<String> payloads) {}

  @Override
  public Queue queueCreateOrUpdate(String name) {
    throw Absent.refusal("queues that are worked");
  }

  @Override
  public @Nullable Queue queueGet(String name) {
    return null;
  }

  @Override
  public List<Queue> queueList(int max) {
    return List.of();
  }

  @Override
  public boolean queuePause(String name) {
    throw Absent.refusal("queues that are worked");
  }

  @Override
  public boolean queueResume(String name) {
    throw Absent.refusal("queues that are worked");
  }

  @Override
  public @Nullable Queue queueUpdate(String name, @Nullable String metadata) {
    return null;
  }

  private @Nullable JobRow changeRow(Function<JobTable, @Nullable JobRow> change) {
    var found = new ArrayList<JobRow>(1);
    transaction.change(
        table -> {
          found.clear();
          JobRow row = change.apply(table);
          if (row != null) {
            found.add(row);
          }
          return found.size();
        });
    return found.isEmpty() ? null : found.getFirst();
  }
}
