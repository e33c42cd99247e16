package dev.gala.river.driver;

import dev.gala.river.job.AttemptId;
import dev.gala.river.job.ConnectionPool;
import dev.gala.river.job.Durability;
import dev.gala.river.job.RiverException;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One database, as the engine uses it. Safe for use by many threads. Every method that reaches the
 * database throws {@link RiverException}, whose code and {@link RiverException#isTransient()} say
 * what to do.
 */
public interface Driver extends MigrationScripts, AutoCloseable {
  /** Statements on the driver's own connections; each call is a transaction of its own. */
  Executor executor();

  /**
   * The same, whose inserts survive no more than that once they have returned; other statements are
   * as ever. A driver that knows no less survives as much as it can.
   */
  default Executor executor(Durability inserts) {
    return executor();
  }

  /**
   * Statements in the transaction open on the caller's connection, which is never committed, rolled
   * back, closed or reconfigured.
   *
   * @throws RiverException with {@link dev.gala.river.job.RiverError#CONNECTION_IN_AUTO_COMMIT} if
   *     there is no transaction, {@link dev.gala.river.job.RiverError#CONFIG_INVALID} if it is no
   *     connection of this driver's kind of database
   */
  Executor executor(Connection connection);

  /**
   * The transaction open on a worker's own connection, for the end of {@code attempt}.
   *
   * @throws RiverException as {@link #executor(Connection)}
   */
  WorkTransaction workTransaction(Connection connection, AttemptId attempt);

  /**
   * The heartbeats of one client.
   *
   * @param patience how long one renewal may take, answer included
   */
  Heartbeats heartbeats(Duration patience);

  /** Who leads the clients of this database. */
  Leadership leadership();

  /** What one client does for all. */
  Maintenance maintenance();

  /** A connection of its own that listens to these topics, connected when this returns. */
  Listener listen(Set<NotificationTopic> topics);

  /**
   * A new connection to the same database, for the caller to use and to close; the engine's own
   * work does not wait for it. One the driver opens is in auto-commit mode and has no limit on how
   * long an answer takes; one of a pool that was given is as that pool gives it.
   */
  Connection connect();

  /**
   * Connections to the same database for what workers do, opened as they are needed, at most {@code
   * max}, and without a limit on how long an answer may take. Where the database was given by a
   * pool of the application's, they are that pool's, as it gives them. The engine's own work does
   * not wait for them.
   */
  ConnectionPool pool(int max);

  /** The versions of {@code line} the database has, ascending; empty where there are no tables. */
  List<Integer> migrationsApplied(String line);

  /** As {@link #migrationApply(String, Migration, Duration)}, however long it takes. */
  default boolean migrationApply(String line, Migration migration) {
    return migrationApply(line, migration, null);
  }

  /**
   * Applies one migration upwards and records it, in one transaction. The schema is not created.
   *
   * @param statementTimeout how long one statement of it may take, and waiting for another migrator
   *     counts; null means any time
   * @return false if another client applied it meanwhile
   * @throws RiverException with {@link dev.gala.river.job.RiverError#CONFIG_INVALID} if there is no
   *     such schema, {@link dev.gala.river.job.RiverError#DATABASE} if the version before is not
   *     applied
   */
  boolean migrationApply(String line, Migration migration, @Nullable Duration statementTimeout);

  /** As {@link #migrationRevert(String, Migration, Duration)}, however long it takes. */
  default boolean migrationRevert(String line, Migration migration) {
    return migrationRevert(line, migration, null);
  }

  /**
   * Takes one migration back and its record with it, in one transaction.
   *
   * @param statementTimeout as of {@link #migrationApply(String, Migration, Duration)}
   * @return false if another client took it back meanwhile
   * @throws RiverException with {@link dev.gala.river.job.RiverError#DATABASE} if what is there
   *     forbids it: a later version, or, at version 5, versions of other lines
   */
  boolean migrationRevert(String line, Migration migration, @Nullable Duration statementTimeout);

  /** How the table of jobs is kept. */
  SchemaProfiles schemaProfiles();

  /** Closes every connection. Idempotent. */
  @Override
  void close();
}
