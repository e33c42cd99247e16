package dev.gala.river.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.gala.river.driver.DatabaseConfig;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Two small pools of the driver's own, of fixed size, in auto-commit mode: however many insert at
 * once, claims and completions have connections of theirs. Listening goes beside them.
 */
final class PooledConnections implements Connections {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  /**
   * How long an answer may take: a server that vanished without a word is noticed then. Migrations
   * lift it.
   */
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);

  /** What the engine's own work needs: claims, completions, the scheduler. */
  private static final int MOST_FOR_THE_ENGINE = 4;

  /**
   * The server gives up before we do: a statement that nobody waits for any more would hold its
   * connection, and its locks. A row that somebody locks is waited for a little. No statement of
   * ours wants to read a table from end to end: a plan made while the table was empty, which may
   * stay for long, must not say so.
   */
  static final String SETTINGS =
      "set statement_timeout = '30s'; set lock_timeout = '2s'; set enable_seqscan = off";

  private final PGSimpleDataSource single;
  private final HikariDataSource engine;
  private final HikariDataSource inserts;
  private final String location;

  private PooledConnections(PGSimpleDataSource single, int maxConnections, String location) {
    int forTheEngine = Math.min(MOST_FOR_THE_ENGINE, maxConnections / 2);
    this.single = single;
    this.engine = pool(single, "gala-engine", forTheEngine);
    this.inserts = pool(single, "gala-insert", maxConnections - forTheEngine);
    this.location = location;
  }

  /**
   * Connects once, and then makes the pool, which fills in the background.
   *
   * @throws RiverException if the server cannot be reached, refuses us or is too old
   */
  static PooledConnections open(DatabaseUrl url, DatabaseConfig database) {
    if (database.maxConnections() < 2) {
      throw new RiverException(
          RiverError.CONFIG_INVALID,
          "maxConnections is " + database.maxConnections() + ": give 2 or more");
    }
    PGSimpleDataSource single = dataSource(url, database.applicationName());
    try (Connection connection = single.getConnection()) {
      ServerVersion.check(connection);
    } catch (SQLException e) {
      throw SqlStates.notOpened(url.location(), e);
    }
    return new PooledConnections(single, database.maxConnections(), url.location());
  }

  private static HikariDataSource pool(PGSimpleDataSource single, String name, int size) {
    var config = new HikariConfig();
    config.setDataSource(single);
    config.setPoolName(name);
    config.setMaximumPoolSize(size);
    config.setConnectionTimeout(CONNECT_TIMEOUT.toMillis());
    config.setConnectionInitSql(SETTINGS);
    config.setInitializationFailTimeout(-1);
    return new HikariDataSource(config);
  }

  /**
   * What the URL does not say is set here. Preparing on the server after five uses and binary
   * transfer are pgjdbc's defaults, and right: behind a transaction pooler the URL gives {@code
   * prepareThreshold=0}.
   */
  private static PGSimpleDataSource dataSource(DatabaseUrl url, String applicationName) {
    var dataSource = new PGSimpleDataSource();
    try {
      dataSource.setURL(url.jdbcUrl());
      for (Map.Entry<String, String> property : url.properties().entrySet()) {
        dataSource.setProperty(property.getKey(), property.getValue());
      }
      Properties given = Driver.parseURL(url.jdbcUrl(), null);
      for (Map.Entry<PGProperty, String> usual : defaults(applicationName).entrySet()) {
        String name = usual.getKey().getName();
        if (!url.properties().containsKey(name) && !given.containsKey(name)) {
          dataSource.setProperty(usual.getKey(), usual.getValue());
        }
      }
    } catch (SQLException e) {
      throw SqlStates.notOpened(url.location(), e);
    }
    return dataSource;
  }

  private static Map<PGProperty, String> defaults(String applicationName) {
    return Map.of(
        PGProperty.APPLICATION_NAME,
        applicationName,
        PGProperty.ASSUME_MIN_SERVER_VERSION,
        "14",
        PGProperty.CONNECT_TIMEOUT,
        String.valueOf(CONNECT_TIMEOUT.toSeconds()),
        PGProperty.SOCKET_TIMEOUT,
        String.valueOf(ANSWER_TIMEOUT.toSeconds()),
        PGProperty.TCP_KEEP_ALIVE,
        "true");
  }

  @Override
  public Connection borrow() throws SQLException {
    refuseIfClosed();
    return engine.getConnection();
  }

  @Override
  public Connection borrowToInsert() throws SQLException {
    refuseIfClosed();
    return inserts.getConnection();
  }

  @Override
  public Connection borrowToKeep() throws SQLException {
    refuseIfClosed();
    return single.getConnection();
  }

  private void refuseIfClosed() {
    if (engine.isClosed()) {
      throw new RiverException(
          RiverError.CLIENT_STATE, "the driver is closed: open another to use the database");
    }
  }

  @Override
  public String location() {
    return location;
  }

  @Override
  public void close() {
    inserts.close();
    engine.close();
  }
}
