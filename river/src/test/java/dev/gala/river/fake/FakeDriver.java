package dev.gala.river.fake;

import dev.gala.river.RiverDatabase;
import dev.gala.river.driver.Driver;
import dev.gala.river.driver.Executor;
import dev.gala.river.driver.Heartbeats;
import dev.gala.river.driver.Heartbeats.RescueParams;
import dev.gala.river.driver.JobGetAvailableParams;
import dev.gala.river.driver.Listener;
import dev.gala.river.driver.Migration;
import dev.gala.river.driver.NotificationTopic;
import dev.gala.river.driver.WorkTransaction;
import dev.gala.river.job.AttemptId;
import dev.gala.river.job.ConnectionPool;
import dev.gala.river.job.Durability;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.Queue;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A database in memory, with a real little job table and failures at will. */
public final class FakeDriver implements Driver {
  private final FakeDatabase database = FakeDatabase.empty();
  private final FakeLeadership leadership = new FakeLeadership(database);
  private final FakeMaintenance maintenance = new FakeMaintenance(database);
  private final FakeMigrations migrations = new FakeMigrations(database.signal());
  private final FakeSchemaProfiles profiles = new FakeSchemaProfiles();
  private final Signal signal = database.signal();
  private final JobTable table = database.table();
  private final QueueTable queues = database.queues();
  private final FakeHeartbeats.Clients clients = new FakeHeartbeats.Clients();

  /** What goes wrong, and how often what was called. */
  public Faults faults() {
    return database.faults();
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
    JobInsertParams job = JobTable.params(kind, args, options);
    return signal.look(
        () -> {
          long id = table.nextId();
          table.insert(JobTable.row(id, job, Instant.now()));
          return id;
        });
  }

  /** Inserts an available job that was due long ago, unannounced. */
  public void addAvailableSince(String kind, Instant scheduledAt) {
    JobInsertParams job = JobTable.params(kind, "{}", InsertOptions.defaults());
    signal.change(
        () -> {
          JobRow row = JobTable.row(table.nextId(), job, Instant.now());
          table.insert(JobTable.ended(row, JobState.AVAILABLE, 0, null, scheduledAt));
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

  /** Locks a row, as an open transaction of somebody's does. */
  public void lock(long id) {
    signal.change(() -> table.lock(id));
  }

  /** Ends that. */
  public void unlock(long id) {
    signal.change(() -> table.unlock(id));
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

  /** Waits until there is no such row. */
  public void awaitGone(long id) {
    signal.await("job " + id + " to be gone", () -> table.row(id) == null);
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
    return signal.look(() -> database.channels().sent(topic));
  }

  /** Waits until so many payloads of inserts were sent. */
  public void awaitNotified(int atLeast) {
    signal.await(
        atLeast + " notifications",
        () -> database.channels().sent(NotificationTopic.INSERT).size() >= atLeast);
  }

  /** The sizes of the completion statements that worked, both kinds, in order. */
  public List<Integer> batchSizes() {
    return signal.look(() -> List.copyOf(database.seen().batchSizes()));
  }

  /** The sizes of the fast inserts that worked, in order. */
  public List<Integer> insertSizes() {
    return signal.look(() -> List.copyOf(database.seen().insertSizes()));
  }

  /** The sizes of the relaxed inserts that worked, of any way, in order. */
  public List<Integer> relaxedSizes() {
    return signal.look(() -> List.copyOf(database.seen().relaxedSizes()));
  }

  /** What was claimed with, in order. */
  public List<JobGetAvailableParams> claims() {
    return signal.look(() -> List.copyOf(database.seen().claims()));
  }

  /** What was looked for with, of what claims passed over, in order. */
  public List<JobGetAvailableParams> looks() {
    return signal.look(() -> List.copyOf(database.seen().looks()));
  }

  /** Sends any text as an insert notification. */
  public void notifyRaw(String payload) {
    notifyRaw(NotificationTopic.INSERT, payload);
  }

  /** Sends any text as a notification. */
  public void notifyRaw(NotificationTopic topic, String payload) {
    signal.change(() -> database.channels().send(topic, payload));
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
    signal.change(database.channels()::lose);
  }

  /** How many connections listen. */
  public int listening() {
    return signal.look(database.channels()::listening);
  }

  /** Sets the versions that River's tables have. */
  public void applied(List<Integer> versions) {
    applied("main", versions);
  }

  /** Sets the versions that the tables of a line have. */
  public void applied(String line, List<Integer> versions) {
    migrations.applied(line, versions);
  }

  /** Makes a client that beat once, at that time. */
  public void addClient(String id, Duration ttl, Instant beatAt) {
    signal.change(() -> clients.put(id, ttl, beatAt));
  }

  /** Notes that a client's jobs were put back, as others do when they take it for dead. */
  public void sweepClient(String id) {
    signal.change(() -> clients.sweep(id));
  }

  /** Deletes a client's heartbeat, as is done with those that are gone. */
  public void dropClient(String id) {
    signal.change(() -> clients.drop(id));
  }

  /** What was to be put back, in order. */
  public List<RescueParams> rescues() {
    return signal.look(() -> List.copyOf(clients.rescues()));
  }

  /** Whether a client has a heartbeat. */
  public boolean hasClient(String id) {
    return signal.look(() -> clients.has(id));
  }

  /** The database's clock, as far as heartbeats go by it. */
  public void clock(Supplier<Instant> clock) {
    signal.change(() -> clients.clock(clock));
  }

  /** Commits what was done on a caller's connection. */
  public void commit(Connection connection) {
    signal.change(() -> database.transactions().commit(connection));
  }

  /** Takes back what was done on a caller's connection. */
  public void rollback(Connection connection) {
    signal.change(() -> database.transactions().rollback(connection));
  }

  @Override
  public Executor executor() {
    return executor(Durability.FULL);
  }

  @Override
  public Executor executor(Durability inserts) {
    return new FakeExecutor(database, null, inserts);
  }

  @Override
  public Executor executor(Connection connection) {
    return new FakeExecutor(database, connection, Durability.FULL);
  }

  @Override
  public Heartbeats heartbeats(Duration patience) {
    return new FakeHeartbeats(database.faults(), table, clients);
  }

  @Override
  public FakeLeadership leadership() {
    return leadership;
  }

  @Override
  public FakeMaintenance maintenance() {
    return maintenance;
  }

  @Override
  public Listener listen(Set<NotificationTopic> topics) {
    return database.faults().call(Call.LISTEN, topics, () -> database.channels().listen(topics));
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
  public ConnectionPool pool(int max) {
    throw new UnsupportedOperationException("there are no connections here");
  }

  @Override
  public WorkTransaction workTransaction(Connection connection, AttemptId attempt) {
    throw new UnsupportedOperationException("there are no transactions here");
  }

  @Override
  public List<Migration> migrations(String line) {
    return FakeMigrations.known(line);
  }

  @Override
  public List<Integer> migrationsApplied(String line) {
    return migrations.applied(line);
  }

  @Override
  public boolean migrationApply(
      String line, Migration migration, @Nullable Duration statementTimeout) {
    return migrations.apply(line, migration);
  }

  @Override
  public boolean migrationRevert(
      String line, Migration migration, @Nullable Duration statementTimeout) {
    return migrations.revert(line, migration);
  }

  @Override
  public String migrationSql(String line, Migration migration, boolean up) {
    return (up ? "up " : "down ") + line + " " + migration.version() + "\n";
  }

  @Override
  public FakeSchemaProfiles schemaProfiles() {
    return profiles;
  }

  @Override
  public void close() {}
}
