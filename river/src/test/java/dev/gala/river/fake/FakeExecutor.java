package dev.gala.river.fake;

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
import dev.gala.river.job.Durability;
import dev.gala.river.job.JobCount;
import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.JobRestart;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.JobTallyParams;
import dev.gala.river.job.JobsRestarted;
import dev.gala.river.job.Queue;
import java.sql.Connection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What is asked of a {@link FakeDatabase}; on a caller's connection it waits for the commit. */
final class FakeExecutor implements Executor {
  private final FakeDatabase database;
  private final Signal signal;
  private final Faults faults;
  private final JobTable table;
  private final QueueTable queues;
  private final @Nullable Connection connection;
  private final Durability inserts;

  FakeExecutor(FakeDatabase database, @Nullable Connection connection, Durability inserts) {
    this.database = database;
    this.signal = database.signal();
    this.faults = database.faults();
    this.table = database.table();
    this.queues = database.queues();
    this.connection = connection;
    this.inserts = inserts;
  }

  @Override
  public Map<AttemptId, JobState> jobAttemptStates(List<AttemptId> attempts) {
    return faults.call(Call.ATTEMPT_STATES, attempts, () -> table.states(attempts));
  }

  @Override
  public @Nullable ClaimedJob jobClaim(JobClaimParams params) {
    return signal.look(
        () -> {
          JobRow row = table.claimOne(params);
          return row == null ? null : new ClaimedJob(row, null);
        });
  }

  @Override
  public List<Long> jobComplete(List<AttemptId> attempts, Instant finalizedAt) {
    return faults.call(
        Call.COMPLETE,
        attempts,
        () -> {
          database.seen().batchSizes().add(attempts.size());
          return table.complete(attempts, finalizedAt);
        });
  }

  @Override
  public List<Long> jobDeleteIfRunning(List<AttemptId> attempts) {
    return faults.call(
        Call.DELETE_IF_RUNNING,
        attempts,
        () -> {
          database.seen().batchSizes().add(attempts.size());
          if (connection == null) {
            return table.deleteIfRunning(attempts);
          }
          inTransaction(() -> table.deleteIfRunning(attempts));
          return table.foresee(() -> table.deleteIfRunning(attempts));
        });
  }

  @Override
  public List<ClaimedJob> jobGetAvailable(JobGetAvailableParams params) {
    return faults.call(
        Call.GET_AVAILABLE,
        params,
        () -> {
          database.seen().claims().add(params);
          return table.claim(params).stream().map(row -> new ClaimedJob(row, null)).toList();
        });
  }

  @Override
  public boolean jobPassedOver(JobGetAvailableParams params) {
    return faults.call(
        Call.PASSED_OVER,
        params,
        () -> {
          database.seen().looks().add(params);
          return table.passesOver(params);
        });
  }

  @Override
  public List<JobInserted> jobInsertFast(List<JobInsertParams> jobs, Set<String> notifyQueues) {
    return faults.call(
        Call.INSERT,
        jobs,
        () -> {
          database.seen().insertSizes().add(jobs.size());
          return insert(jobs, notifyQueues).stream()
              .map(row -> new JobInserted(row.id(), row.createdAt()))
              .toList();
        });
  }

  @Override
  public List<JobInserted> jobInsertRunning(List<JobInsertParams> jobs, String clientId) {
    return faults.call(
        Call.INSERT,
        jobs,
        () -> {
          database.seen().insertSizes().add(jobs.size());
          return insert(jobs, Set.of()).stream()
              .map(row -> table.begin(row.id(), clientId))
              .map(
                  row -> new JobInserted(row.id(), Objects.requireNonNull(row.attemptedAt()), true))
              .toList();
        });
  }

  private List<JobRow> insert(List<JobInsertParams> jobs, Set<String> notifyQueues) {
    Instant now = Instant.now();
    List<JobRow> rows = jobs.stream().map(job -> JobTable.row(table.nextId(), job, now)).toList();
    inTransaction(
        () -> {
          rows.forEach(table::insert);
          notifyQueues.forEach(channels()::sendInsert);
        });
    noteRelaxed(jobs);
    return rows;
  }

  private void noteRelaxed(List<JobInsertParams> jobs) {
    if (inserts == Durability.RELAXED) {
      database.seen().relaxedSizes().add(jobs.size());
    }
  }

  @Override
  public List<JobSetStateResult> jobSetStateIfRunning(
      List<JobSetStateParams> params, boolean wantRows) {
    return faults.call(
        Call.SET_STATE,
        params,
        () -> {
          database.seen().batchSizes().add(params.size());
          if (connection == null) {
            return table.setState(params);
          }
          inTransaction(() -> table.setState(params));
          return table.foresee(() -> table.setState(params));
        });
  }

  @Override
  public void notifyMany(NotificationTopic topic, List<String> payloads) {
    faults.call(
        Call.NOTIFY,
        payloads,
        () -> {
          inTransaction(() -> payloads.forEach(payload -> channels().send(topic, payload)));
          return 0;
        });
  }

  @Override
  public @Nullable JobRow jobCancel(long id, Instant attemptedAt) {
    return signal.look(
        () -> {
          JobRow row = table.row(id);
          if (row == null) {
            return null;
          }
          if (row.state().isFinal()) {
            return row;
          }
          inTransaction(
              () -> {
                table.cancel(id, attemptedAt);
                channels()
                    .send(
                        NotificationTopic.CONTROL,
                        "{\"action\" : \"cancel\", \"job_id\" : %d, \"queue\" : \"%s\"}"
                            .formatted(id, row.queue()));
              });
          return table.row(id);
        });
  }

  @Override
  public List<Long> jobCancelRequested(List<AttemptId> attempts) {
    return faults.call(Call.CANCEL_REQUESTED, attempts, () -> table.cancelRequested(attempts));
  }

  @Override
  public @Nullable JobRow jobDelete(long id) {
    return signal.look(
        () -> {
          JobRow row = table.row(id);
          if (row != null && row.state() != JobState.RUNNING) {
            inTransaction(() -> table.remove(id));
          }
          return row;
        });
  }

  @Override
  public List<JobRow> jobDeleteMany(JobDeleteManyParams params) {
    return signal.look(
        () -> {
          List<JobRow> rows = JobControl.deletable(table.rows(), params);
          inTransaction(() -> rows.forEach(row -> table.remove(row.id())));
          return rows;
        });
  }

  @Override
  public @Nullable JobRow jobGet(long id) {
    return signal.look(() -> table.row(id));
  }

  @Override
  public int jobInsertBulk(List<JobInsertParams> jobs, Set<String> notifyQueues) {
    return faults.call(
        Call.INSERT_BULK,
        jobs,
        () -> {
          if (jobs.stream().anyMatch(job -> table.holder(job) != null)) {
            throw Faults.refused();
          }
          insert(jobs, notifyQueues);
          return jobs.size();
        });
  }

  @Override
  public List<JobInsertedRow> jobInsertUnique(
      List<JobInsertParams> jobs, Set<String> notifyQueues) {
    return jobInsertUnique(jobs, notifyQueues, inserted -> {});
  }

  /**
   * What is checked here is who holds a key before: nothing is inserted that is to be taken back.
   */
  @Override
  public List<JobInsertedRow> jobInsertUnique(
      List<JobInsertParams> jobs, Set<String> notifyQueues, Consumer<List<JobInsertedRow>> check) {
    return faults.call(
        Call.INSERT_UNIQUE,
        jobs,
        () -> {
          Instant now = Instant.now();
          var inserted = new ArrayList<JobInsertedRow>();
          check.accept(
              jobs.stream()
                  .map(
                      job -> {
                        JobRow holder = table.holder(job);
                        return holder == null
                            ? new JobInsertedRow(JobTable.row(0, job, now), false)
                            : new JobInsertedRow(holder, true);
                      })
                  .toList());
          for (JobInsertParams job : jobs) {
            JobRow holder = table.holder(job);
            if (holder != null) {
              inserted.add(new JobInsertedRow(holder, true));
              continue;
            }
            JobRow row = JobTable.row(table.nextId(), job, now);
            inTransaction(() -> table.insert(row));
            inserted.add(new JobInsertedRow(row, false));
          }
          noteRelaxed(jobs);
          inTransaction(() -> notifyQueues.forEach(channels()::sendInsert));
          return inserted;
        });
  }

  @Override
  public JobCounted jobCountListed(JobListQuery query) {
    List<JobRow> rows = jobList(query);
    return new JobCounted(rows.size(), rows.isEmpty() ? 0 : rows.getLast().id());
  }

  @Override
  public List<JobRow> jobList(JobListQuery query) {
    return signal.look(() -> JobControl.list(table.rows(), query));
  }

  @Override
  public List<JobCount> jobTally(JobTallyParams params) {
    throw new UnsupportedOperationException("no test counts jobs here");
  }

  @Override
  public boolean jobMergeMetadataIfRunning(AttemptId attemptId, String metadata) {
    return faults.call(
        Call.MERGE,
        attemptId,
        () -> {
          boolean runs = table.foresee(() -> table.mergeIfRunning(attemptId, metadata));
          inTransaction(() -> table.mergeIfRunning(attemptId, metadata));
          return runs;
        });
  }

  @Override
  public JobsRestarted jobRestartMany(List<JobRestart> jobs) {
    throw new UnsupportedOperationException("nothing in the engine restarts jobs");
  }

  @Override
  public @Nullable JobRow jobRetry(long id) {
    return replace(id, row -> JobControl.retried(row, Instant.now()));
  }

  @Override
  public @Nullable JobRow jobUpdate(long id, String metadata) {
    return replace(id, row -> JobTable.merged(row, metadata));
  }

  @Override
  public Queue queueCreateOrUpdate(String name) {
    return faults.call(Call.QUEUE_CREATE_OR_UPDATE, name, () -> queues.createOrUpdate(name));
  }

  @Override
  public @Nullable Queue queueGet(String name) {
    return faults.call(Call.QUEUE_GET, name, () -> queues.get(name));
  }

  @Override
  public List<Queue> queueList(int max) {
    return signal.look(() -> queues.list(max));
  }

  @Override
  public boolean queuePause(String name) {
    return controlled("pause", name, () -> queues.pause(name));
  }

  @Override
  public boolean queueResume(String name) {
    return controlled("resume", name, () -> queues.resume(name));
  }

  @Override
  public @Nullable Queue queueUpdate(String name, @Nullable String metadata) {
    return signal.look(
        () -> {
          if (queues.get(name) == null) {
            return null;
          }
          inTransaction(
              () -> {
                queues.update(name, metadata);
                if (metadata != null) {
                  channels()
                      .send(
                          NotificationTopic.CONTROL,
                          "{\"action\":\"metadata_changed\",\"metadata\":%s,\"queue\":\"%s\"}"
                              .formatted(metadata, name));
                }
              });
          return queues.get(name);
        });
  }

  private boolean controlled(String action, String name, Runnable change) {
    return signal.look(
        () -> {
          if (!name.equals(ALL_QUEUES) && queues.get(name) == null) {
            return false;
          }
          inTransaction(
              () -> {
                change.run();
                channels()
                    .send(
                        NotificationTopic.CONTROL,
                        "{\"action\":\"%s\",\"queue\":\"%s\"}".formatted(action, name));
              });
          return true;
        });
  }

  private @Nullable JobRow replace(long id, UnaryOperator<JobRow> change) {
    return signal.look(
        () -> {
          JobRow row = table.row(id);
          if (row == null) {
            return null;
          }
          JobRow changed = change.apply(row);
          inTransaction(() -> table.put(changed));
          return changed;
        });
  }

  private FakeChannels channels() {
    return database.channels();
  }

  private void inTransaction(Runnable work) {
    database.transactions().run(connection, work);
  }
}
