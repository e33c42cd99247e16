package dev.gala.river.fake;

import dev.gala.river.RiverDatabase;
import dev.gala.river.driver.ClaimedJob;
import dev.gala.river.driver.Driver;
import dev.gala.river.driver.Executor;
import dev.gala.river.driver.InsertPayload;
import dev.gala.river.driver.JobDeleteManyParams;
import dev.gala.river.driver.JobGetAvailableParams;
import dev.gala.river.driver.JobInserted;
import dev.gala.river.driver.JobInsertedRow;
import dev.gala.river.driver.JobListQuery;
import dev.gala.river.driver.JobScheduleParams;
import dev.gala.river.driver.JobSetStateParams;
import dev.gala.river.driver.JobSetStateResult;
import dev.gala.river.driver.Listener;
import dev.gala.river.driver.Migration;
import dev.gala.river.driver.Notification;
import dev.gala.river.driver.NotificationTopic;
import dev.gala.river.job.AttemptId;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.Queue;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A database in memory, with a real little job table and failures at will. */
public final class FakeDriver implements Driver {
  private final Signal signal = new Signal();
  private final Faults faults = new Faults(signal);
  private final JobTable table;
  private final QueueTable queues = new QueueTable(InstantSource.system());
  private final Set<FakeListener> listeners = new HashSet<>();
  private final List<Notification> notified = new ArrayList<>();
  private final List<Integer> batchSizes = new ArrayList<>();
  private final List<Integer> insertSizes = new ArrayList<>();
  private final List<JobGetAvailableParams> claims = new ArrayList<>();
  private final IdentityHashMap<Connection, List<Runnable>> uncommitted = new IdentityHashMap<>();
  private List<Integer> applied = List.of(1, 2, 3, 4, 5, 6, 7);

  /** An empty database with the newest tables. */
  public FakeDriver() {
    table = new JobTable(InstantSource.system());
  }

  /** What goes wrong, and how often what was called. */
  public Faults faults() {
    return faults;
  }

  /** The engine's view of this database. */
  public RiverDatabase database() {
    return FakeDriverProvider.database(this);
  }

  /** Inserts an available job of kind {@code kind} into queue {@code default}, unannounced. */
  public long add(String kind, String args) {
    return add(kind, args, InsertOptions.defaults());
  }

  /** Inserts a job, unannounced. */
  public long add(String kind, String args, InsertOptions options) {
    JobState state = options.scheduledAt() == null ? JobState.AVAILABLE : JobState.SCHEDULED;
    var job =
        new JobInsertParams(
            args,
            kind,
            options.maxAttempts() == 0 ? 25 : options.maxAttempts(),
            options.metadata() == null ? "{}" : options.metadata(),
            1,
            options.queue() == null ? "default" : options.queue(),
            options.scheduledAt(),
            state,
            options.tags() == null ? List.of() : options.tags(),
            null,
            0);
    return signal.look(
        () -> {
          long id = table.nextId();
          table.insert(JobTable.row(id, job, Instant.now()));
          return id;
        });
  }

  /** Puts a row there, as it is. */
  public void put(JobRow row) {
    signal.change(() -> table.put(row));
  }

  /** Claims what is available in queue {@code default}, as another client would. */
  public List<JobRow> claim(int max, String... kinds) {
    var params = new JobGetAvailableParams("another", List.of(kinds), max, "default");
    return signal.look(() -> table.claim(params));
  }

  /** The row of a job. */
  public JobRow row(long id) {
    return signal.look(() -> table.row(id));
  }

  /** Every row. */
  public List<JobRow> rows() {
    return signal.look(table::rows);
  }

  /** Changes a row behind the engine's back: another hand ends it. */
  public void endByAnotherHand(long id, JobState state) {
    signal.change(
        () ->
            table.change(
                id,
                row ->
                    JobTable.ended(row, state, row.attempt(), Instant.now(), row.scheduledAt())));
  }

  /** Makes a row available again behind the engine's back, as a rescue does. */
  public void rescue(long id) {
    signal.change(
        () ->
            table.change(
                id,
                row ->
                    JobTable.ended(
                        row, JobState.AVAILABLE, row.attempt(), null, row.scheduledAt())));
  }

  /** Waits for a row to be such. */
  public JobRow awaitRow(long id, Predicate<JobRow> wanted) {
    signal.await("job " + id + " to be as wanted", () -> wanted.test(table.row(id)));
    return row(id);
  }

  /** Waits for a job's state. */
  public JobRow awaitState(long id, JobState state) {
    return awaitRow(id, row -> row.state() == state);
  }

  /** Waits until every row is such. */
  public void awaitAll(Predicate<JobRow> wanted) {
    signal.await("every job to be as wanted", () -> table.rows().stream().allMatch(wanted));
  }

  /** The payloads of inserts sent so far. */
  public List<String> notified() {
    return notified(NotificationTopic.INSERT);
  }

  /** The payloads sent so far on a topic. */
  public List<String> notified(NotificationTopic topic) {
    return signal.look(() -> sent(topic));
  }

  /** Waits until so many payloads of inserts were sent. */
  public void awaitNotified(int atLeast) {
    signal.await(
        atLeast + " notifications", () -> sent(NotificationTopic.INSERT).size() >= atLeast);
  }

  /** The sizes of the completion statements that worked, both kinds, in order. */
  public List<Integer> batchSizes() {
    return signal.look(() -> List.copyOf(batchSizes));
  }

  /** The sizes of the fast inserts that worked, in order. */
  public List<Integer> insertSizes() {
    return signal.look(() -> List.copyOf(insertSizes));
  }

  /** What was claimed with, in order. */
  public List<JobGetAvailableParams> claims() {
    return signal.look(() -> List.copyOf(claims));
  }

  /** Sends any text as an insert notification. */
  public void notifyRaw(String payload) {
    notifyRaw(NotificationTopic.INSERT, payload);
  }

  /** Sends any text as a notification. */
  public void notifyRaw(NotificationTopic topic, String payload) {
    signal.change(() -> send(topic, payload));
  }

  /** The row of a queue. */
  public @Nullable Queue queue(String name) {
    return signal.look(() -> queues.get(name));
  }

  /** Changes the pause of a queue that exists, and tells nobody. */
  public void pauseUntold(String name, boolean paused) {
    signal.change(
        () -> {
          if (paused) {
            queues.pause(name);
          } else {
            queues.resume(name);
          }
        });
  }

  /** Marks or cancels a job, and tells nobody. */
  public void cancelUntold(long id) {
    signal.change(() -> table.cancel(id, Instant.now()));
  }

  /** Deletes the row of a queue, as a leader does with those that nobody works. */
  public void deleteQueue(String name) {
    signal.change(() -> queues.delete(name));
  }

  /** Cuts every listening connection. */
  public void loseListeners() {
    signal.change(() -> listeners.forEach(FakeListener::lose));
  }

  /** How many connections listen. */
  public int listening() {
    return signal.look(listeners::size);
  }

  /** Sets the versions the tables have. */
  public void applied(List<Integer> versions) {
    signal.change(() -> applied = versions);
  }

  /** Commits what was done on a caller's connection. */
  public void commit(Connection connection) {
    signal.change(
        () -> {
          List<Runnable> work = uncommitted.remove(connection);
          if (work != null) {
            work.forEach(Runnable::run);
          }
        });
  }

  /** Takes back what was done on a caller's connection. */
  public void rollback(Connection connection) {
    signal.change(() -> uncommitted.remove(connection));
  }

  @Override
  public Executor executor() {
    return new FakeExecutor(null);
  }

  @Override
  public Executor executor(Connection connection) {
    return new FakeExecutor(connection);
  }

  @Override
  public Listener listen(Set<NotificationTopic> topics) {
    return faults.call(
        Call.LISTEN,
        topics,
        () -> {
          var listener = new FakeListener(this, signal, topics);
          listeners.add(listener);
          return listener;
        });
  }

  /** A connection of a caller's, good for nothing but {@link #executor(Connection)}. */
  @Override
  public Connection connect() {
    return (Connection)
        Proxy.newProxyInstance(
            Connection.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (self, method, args) -> {
              throw new UnsupportedOperationException(method.getName());
            });
  }

  @Override
  public List<Migration> migrations(String line) {
    return IntStream.rangeClosed(1, 7).mapToObj(v -> new Migration(v, "version " + v)).toList();
  }

  @Override
  public List<Integer> migrationsApplied(String line) {
    return signal.look(() -> applied);
  }

  @Override
  public boolean migrationApply(String line, Migration migration) {
    return signal.look(
        () -> {
          var now = new ArrayList<>(applied);
          now.add(migration.version());
          applied = List.copyOf(now);
          return true;
        });
  }

  @Override
  public boolean migrationRevert(String line, Migration migration) {
    return signal.look(
        () -> {
          var now = new ArrayList<>(applied);
          boolean was = now.removeIf(version -> version == migration.version());
          applied = List.copyOf(now);
          return was;
        });
  }

  @Override
  public String migrationSql(String line, Migration migration, boolean up) {
    return (up ? "up " : "down ") + line + " " + migration.version() + "\n";
  }

  @Override
  public void close() {}

  void closed(FakeListener listener) {
    listeners.remove(listener);
  }

  private List<String> sent(NotificationTopic topic) {
    return notified.stream()
        .filter(notification -> notification.topic() == topic)
        .map(Notification::payload)
        .toList();
  }

  private void sendInsert(String queue) {
    send(NotificationTopic.INSERT, InsertPayload.of(queue));
  }

  private void send(NotificationTopic topic, String payload) {
    var notification = new Notification(topic, payload);
    notified.add(notification);
    listeners.forEach(listener -> listener.arrive(notification));
  }

  private final class FakeExecutor implements Executor {
    private final @Nullable Connection connection;

    FakeExecutor(@Nullable Connection connection) {
      this.connection = connection;
    }

    @Override
    public List<Long> jobComplete(List<AttemptId> attempts, Instant finalizedAt) {
      return faults.call(
          Call.COMPLETE,
          attempts,
          () -> {
            batchSizes.add(attempts.size());
            return table.complete(attempts, finalizedAt);
          });
    }

    @Override
    public List<ClaimedJob> jobGetAvailable(JobGetAvailableParams params) {
      return faults.call(
          Call.GET_AVAILABLE,
          params,
          () -> {
            claims.add(params);
            return table.claim(params).stream().map(row -> new ClaimedJob(row, null)).toList();
          });
    }

    @Override
    public List<JobInserted> jobInsertFast(List<JobInsertParams> jobs, Set<String> notifyQueues) {
      return faults.call(
          Call.INSERT,
          jobs,
          () -> {
            insertSizes.add(jobs.size());
            return insert(jobs, notifyQueues).stream()
                .map(row -> new JobInserted(row.id(), row.createdAt()))
                .toList();
          });
    }

    private List<JobRow> insert(List<JobInsertParams> jobs, Set<String> notifyQueues) {
      Instant now = Instant.now();
      List<JobRow> rows = jobs.stream().map(job -> JobTable.row(table.nextId(), job, now)).toList();
      inTransaction(
          () -> {
            rows.forEach(table::insert);
            notifyQueues.forEach(FakeDriver.this::sendInsert);
          });
      return rows;
    }

    @Override
    public int jobSchedule(JobScheduleParams params) {
      return faults.call(
          Call.SCHEDULE,
          params,
          () -> {
            List<JobRow> moved = table.schedule(params);
            moved.stream().map(JobRow::queue).distinct().forEach(FakeDriver.this::sendInsert);
            return moved.size();
          });
    }

    @Override
    public List<JobSetStateResult> jobSetStateIfRunning(
        List<JobSetStateParams> params, boolean wantRows) {
      return faults.call(
          Call.SET_STATE,
          params,
          () -> {
            batchSizes.add(params.size());
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
            payloads.forEach(payload -> send(topic, payload));
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
                  send(
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
      return faults.call(
          Call.INSERT_UNIQUE,
          jobs,
          () -> {
            Instant now = Instant.now();
            var inserted = new ArrayList<JobInsertedRow>();
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
            inTransaction(() -> notifyQueues.forEach(FakeDriver.this::sendInsert));
            return inserted;
          });
    }

    @Override
    public List<JobRow> jobList(JobListQuery query) {
      return signal.look(() -> JobControl.list(table.rows(), query));
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
                    send(
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
                  send(
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

    private void inTransaction(Runnable work) {
      if (connection == null) {
        work.run();
      } else {
        uncommitted.computeIfAbsent(connection, c -> new ArrayList<>()).add(work);
      }
    }
  }
}
