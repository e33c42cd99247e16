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
 * A small pool of the driver's own, of fixed size, in auto-commit mode; listening goes beside it.
 */
final class PooledConnections implements Connections {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  /**
   * How long an answer may take: a server that vanished without a word is noticed then. Migrations
   * lift it.
   */
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);

  private final PGSimpleDataSource single;
  private final HikariDataSource pool;
  private final String location;

  private PooledConnections(PGSimpleDataSource single, HikariDataSource pool, String location) {
    this.single = single;
    this.pool = pool;
    this.location = location;
  }

  /**
   * Connects once, and then makes the pool, which fills in the background.
   *
   * @throws RiverException if the server cannot be reached, refuses us or is too old
   */
  static PooledConnections open(DatabaseUrl url, DatabaseConfig database) {
    if (database.maxConnections() < 1) {
      throw new RiverException(
          RiverError.CONFIG_INVALID,
          "maxConnections is " + database.maxConnections() + ": give 1 or more");
    }
    PGSimpleDataSource single = dataSource(url, database.applicationName());
    try (Connection connection = single.getConnection()) {
      ServerVersion.check(connection);
    } catch (SQLException e) {
      throw SqlStates.notOpened(url.location(), e);
    }
    var config = new HikariConfig();
    config.setDataSource(single);
    config.setPoolName("gala-river");
    config.setMaximumPoolSize(database.maxConnections());
    config.setConnectionTimeout(CONNECT_TIMEOUT.toMillis());
    config.setInitializationFailTimeout(-1);
    return new PooledConnections(single, new HikariDataSource(config), url.location());
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
    return pool.getConnection();
  }

  @Override
  public Connection borrowToListen() throws SQLException {
    refuseIfClosed();
    return single.getConnection();
  }

  private void refuseIfClosed() {
    if (pool.isClosed()) {
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
    pool.close();
  }
}
