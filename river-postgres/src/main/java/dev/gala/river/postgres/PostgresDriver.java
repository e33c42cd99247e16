package dev.gala.river.postgres;

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
import dev.gala.river.job.Durability;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One PostgreSQL database. */
final class PostgresDriver implements Driver {
  private final Connections connections;
  private final Executor executor;
  private final Executor relaxed;
  private final Leadership leadership;
  private final Maintenance maintenance;
  private final Migrations migrations;
  private final Schema schema;
  private final SchemaProfiles schemaProfiles;
  private final Scripts scripts;
  private final Statements statements;
  private final OwnTransactions work;
  private final WorkTransactions workTransactions;

  PostgresDriver(Connections connections, Schema schema) {
    AnswerLimit answers = connections.answers();
    work = new OwnTransactions(connections::borrow, answers, connections.location());
    var inserts = new OwnTransactions(connections::borrowToInsert, answers, connections.location());
    this.connections = connections;
    this.schema = schema;
    scripts = new Scripts(schema);
    statements = new Statements(schema, Durability.FULL);
    workTransactions = new WorkTransactions(schema);
    executor = PostgresExecutor.of(statements, work, inserts);
    relaxed = PostgresExecutor.of(new Statements(schema, Durability.RELAXED), work, inserts);
    var limited = new LimitedTransactions(work);
    leadership = new PostgresLeadership(limited, schema);
    var sessions = new Sessions(connections);
    maintenance = new PostgresMaintenance(limited, sessions, schema);
    schemaProfiles = new PostgresSchemaProfiles(limited, sessions, schema);
    migrations = new Migrations(work, schema);
  }

  @Override
  public Executor executor() {
    return executor;
  }

  @Override
  public Executor executor(Durability inserts) {
    return switch (inserts) {
      case FULL -> executor;
      case RELAXED -> relaxed;
    };
  }

  @Override
  public Executor executor(Connection connection) {
    return PostgresExecutor.of(statements, new CallerTransaction(connection));
  }

  @Override
  public WorkTransaction workTransaction(Connection connection, AttemptId attempt) {
    return workTransactions.on(connection, attempt);
  }

  @Override
  public Heartbeats heartbeats(Duration patience) {
    return new PostgresHeartbeats(connections, work, schema, patience);
  }

  @Override
  public Leadership leadership() {
    return leadership;
  }

  @Override
  public Maintenance maintenance() {
    return maintenance;
  }

  @Override
  public Listener listen(Set<NotificationTopic> topics) {
    return PostgresListener.open(connections.listening(), schema, topics, PostgresListener.SILENCE);
  }

  @Override
  public Connection connect() {
    try {
      return connections.borrowToKeep();
    } catch (SQLException e) {
      throw SqlStates.unavailable("connecting", connections.location(), e);
    }
  }

  @Override
  public ConnectionPool pool(int max) {
    return connections.pool(max);
  }

  @Override
  public List<Migration> migrations(String line) {
    return scripts.migrations(line);
  }

  @Override
  public List<Integer> migrationsApplied(String line) {
    return migrations.applied(line);
  }

  @Override
  public boolean migrationApply(
      String line, Migration migration, @Nullable Duration statementTimeout) {
    return migrations.apply(line, migration, statementTimeout);
  }

  @Override
  public boolean migrationRevert(
      String line, Migration migration, @Nullable Duration statementTimeout) {
    return migrations.revert(line, migration, statementTimeout);
  }

  @Override
  public String migrationSql(String line, Migration migration, boolean up) {
    return scripts.migrationSql(line, migration, up);
  }

  @Override
  public SchemaProfiles schemaProfiles() {
    return schemaProfiles;
  }

  @Override
  public void close() {
    connections.close();
  }
}
