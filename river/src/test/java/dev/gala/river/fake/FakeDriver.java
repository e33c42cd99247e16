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
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A database in memory, with a real little job table and failures at will. */
public final class FakeDriver implements Driver {
  private final Signal signal = new Signal();
  private final Faults faults = new Faults(signal);
  private final JobTable table;
  private final Set<FakeListener> listeners = new HashSet<>();
  private final List<String> notified = new ArrayList<>();
  private final List<Integer> batchSizes = new ArrayList<>();
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
            options.tags(),
            null,
            0);
    return signal.look(
        () -> {
          long id = table.nextId();
          table.insert(id, job, Instant.now());
          return id;
        });
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

  /** The payloads sent so far. */
  public List<String> notified() {
    return signal.look(() -> List.copyOf(notified));
  }

  /** Waits until so many payloads were sent. */
  public void awaitNotified(int atLeast) {
    signal.await(atLeast + " notifications", () -> notified.size() >= atLeast);
  }

  /** The sizes of the completion statements that worked, both kinds, in order. */
  public List<Integer> batchSizes() {
    return signal.look(() -> List.copyOf(batchSizes));
  }

  /** What was claimed with, in order. */
  public List<JobGetAvailableParams> claims() {
    return signal.look(() -> List.copyOf(claims));
  }

  /** Sends any text as an insert notification. */
  public void notifyRaw(String payload) {
    signal.change(() -> send(payload));
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
          var listener = new FakeListener(this, signal);
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

  private void send(String payload) {
    notified.add(payload);
    var notification = new Notification(NotificationTopic.INSERT, payload);
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
            List<Long> ids = jobs.stream().map(job -> table.nextId()).toList();
            Instant now = Instant.now();
            inTransaction(
                () -> {
                  for (int i = 0; i < ids.size(); i++) {
                    table.insert(ids.get(i), jobs.get(i), now);
                  }
                  notifyQueues.forEach(queue -> send(InsertPayload.of(queue)));
                });
            return ids.stream().map(id -> new JobInserted(id, now)).toList();
          });
    }

    @Override
    public int jobSchedule(JobScheduleParams params) {
      return faults.call(
          Call.SCHEDULE,
          params,
          () -> {
            List<JobRow> moved = table.schedule(params);
            moved.stream()
                .map(JobRow::queue)
                .distinct()
                .forEach(queue -> send(InsertPayload.of(queue)));
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
            return table.setState(params);
          });
    }

    @Override
    public void notifyMany(NotificationTopic topic, List<String> payloads) {
      faults.call(
          Call.NOTIFY,
          payloads,
          () -> {
            payloads.forEach(FakeDriver.this::send);
            return 0;
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

    private void inTransaction(Runnable work) {
      if (connection == null) {
        work.run();
      } else {
        uncommitted.computeIfAbsent(connection, c -> new ArrayList<>()).add(work);
      }
    }
  }
}
