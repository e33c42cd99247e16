package dev.gala.river.memory;

import dev.gala.river.driver.Driver;
import dev.gala.river.driver.Executor;
import dev.gala.river.driver.Heartbeats;
import dev.gala.river.driver.Leadership;
import dev.gala.river.driver.Listener;
import dev.gala.river.driver.Maintenance;
import dev.gala.river.driver.Migration;
import dev.gala.river.driver.NotificationTopic;
import dev.gala.river.driver.SchemaProfiles;
import dev.gala.river.driver.WorkTransaction;
import dev.gala.river.job.AttemptId;
import dev.gala.river.job.ConnectionPool;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One database in memory; gone when nobody refers to it any more. */
final class MemoryDriver implements Driver {
  private final MemoryDatabase database = new MemoryDatabase();

  @Override
  public Executor executor() {
    return new MemoryExecutor(database, database::change);
  }

  @Override
  public Executor executor(Connection connection) {
    MemoryConnection own = MemoryConnection.of(connection);
    own.requireTransaction();
    return new MemoryExecutor(database, own::change);
  }

  @Override
  public WorkTransaction workTransaction(Connection connection, AttemptId attempt) {
    MemoryConnection own = MemoryConnection.of(connection);
    own.requireTransaction();
    return new MemoryWorkTransaction(own, attempt);
  }

  @Override
  public Heartbeats heartbeats(Duration patience) {
    return Absent.of(Heartbeats.class);
  }

  @Override
  public Leadership leadership() {
    return Absent.of(Leadership.class);
  }

  @Override
  public Maintenance maintenance() {
    return Absent.of(Maintenance.class);
  }

  @Override
  public Listener listen(Set<NotificationTopic> topics) {
    throw Absent.refusal("listener");
  }

  @Override
  public Connection connect() {
    return MemoryConnection.open(database);
  }

  @Override
  public ConnectionPool pool(int max) {
    return new ConnectionPool() {
      @Override
      public Connection borrow() {
        return connect();
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public List<Migration> migrations(String line) {
    return List.of();
  }

  @Override
  public String migrationSql(String line, Migration migration, boolean up) {
    throw Absent.refusal("migrations");
  }

  @Override
  public List<Integer> migrationsApplied(String line) {
    throw Absent.refusal("workers that could be started");
  }

  @Override
  public boolean migrationApply(
      String line, Migration migration, @Nullable Duration statementTimeout) {
    throw Absent.refusal("migrations");
  }

  @Override
  public boolean migrationRevert(
      String line, Migration migration, @Nullable Duration statementTimeout) {
    throw Absent.refusal("migrations");
  }

  @Override
  public SchemaProfiles schemaProfiles() {
    throw Absent.refusal("schema profiles");
  }

  @Override
  public void close() {}
}
