package dev.gala.test.postgres;

import dev.gala.test.postgres.EmbeddedPostgresException.Reason;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** The server that the tests of a JVM share, and the databases and schemas on it. */
final class TestServer {
  /** Names a server to use instead of an embedded one. */
  static final String VARIABLE = "GALA_TEST_DATABASE_URL";

  private static final ReentrantLock SHARING = new ReentrantLock();
  private static @Nullable TestServer shared;

  private final PostgresUrl address;
  private final String prefix;
  private final AtomicInteger numbers = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, String> templates = new HashMap<>();
  private @Nullable Connection connection;

  TestServer(PostgresUrl address, String prefix) {
    this.address = address;
    this.prefix = prefix;
  }

  static TestServer shared() {
    SHARING.lock();
    try {
      if (shared == null) {
        String given = System.getenv(VARIABLE);
        shared = given == null || given.isBlank() ? embedded() : given(given);
      }
      return shared;
    } finally {
      SHARING.unlock();
    }
  }

  static DataSource dataSource(PostgresUrl address) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(address.jdbcUrl());
    return source;
  }

  TestDatabase createDatabase() {
    String name = newName();
    execute("CREATE DATABASE " + name);
    return new TestDatabase(this, address.database(name));
  }

  TestDatabase createDatabase(String templateKey, DatabasePreparation preparation) {
    String template = template(templateKey, preparation);
    String name = newName();
    execute("CREATE DATABASE " + name + " TEMPLATE " + template);
    return new TestDatabase(this, address.database(name));
  }

  TestSchema createSchema() {
    String name = newName();
    execute("CREATE SCHEMA " + name);
    return new TestSchema(this, address, name);
  }

  void dropDatabase(String name) {
    execute("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
  }

  void dropSchema(String name) {
    execute("DROP SCHEMA IF EXISTS " + name + " CASCADE");
  }

  private static TestServer embedded() {
    // Never closed: it ends with this JVM, after the last hook that may still use it.
    EmbeddedPostgres postgres = EmbeddedPostgres.start();
    return new TestServer(postgres.address("postgres"), "test_");
  }

  private static TestServer given(String url) {
    return new TestServer(PostgresUrl.parse(url, VARIABLE), "gala_test_");
  }

  private String newName() {
    return prefix + numbers.incrementAndGet();
  }

  /** The template's name. Preparing holds the lock, so that a template is prepared only once. */
  private String template(String key, DatabasePreparation preparation) {
    lock.lock();
    try {
      String known = templates.get(key);
      if (known != null) {
        return known;
      }
      String name = newName();
      execute("CREATE DATABASE " + name);
      try (Connection connection = DriverManager.getConnection(address.database(name).jdbcUrl())) {
        preparation.prepare(connection);
        if (!connection.getAutoCommit()) {
          connection.commit();
        }
      } catch (SQLException e) {
        dropDatabase(name);
        throw new EmbeddedPostgresException(
            Reason.STATEMENT_FAILED,
            "cannot prepare the template database \"%s\": %s".formatted(key, e.getMessage()),
            e);
      }
      seal(name);
      templates.put(key, name);
      return name;
    } finally {
      lock.unlock();
    }
  }

  /** A database with connections cannot be copied: ends them, and admits no more. */
  private void seal(String name) {
    execute("ALTER DATABASE " + name + " ALLOW_CONNECTIONS false");
    execute(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '"
            + name
            + "'");
  }

  private void execute(String sql) {
    lock.lock();
    try (var statement = connection().createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new EmbeddedPostgresException(
          Reason.STATEMENT_FAILED,
          "\"%s\" failed on %s: %s".formatted(sql, address, e.getMessage()),
          e);
    } finally {
      lock.unlock();
    }
  }

  private Connection connection() throws SQLException {
    if (connection == null || !connection.isValid(5)) {
      connection = DriverManager.getConnection(address.jdbcUrl());
    }
    return connection;
  }
}
