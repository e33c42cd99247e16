package dev.gala.test.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;

/**
 * A database of its own for a test, dropped when it is closed.
 *
 * <p>It is on the server that all tests of this JVM share: the one whose URL stands in the
 * environment variable {@code GALA_TEST_DATABASE_URL} ({@code postgres://…} or {@code
 * jdbc:postgresql://…}; its user needs the right to create databases), or else an embedded one,
 * started with the first database.
 *
 * <pre>{@code
 * try (TestDatabase database = TestDatabase.createFrom("migrated", Migrations::run)) {
 *   …
 * }
 * }</pre>
 *
 * <p>Safe for use by several threads.
 */
public final class TestDatabase implements AutoCloseable {
  private final TestServer server;
  private final PostgresUrl address;
  private final AtomicBoolean closed = new AtomicBoolean();

  TestDatabase(TestServer server, PostgresUrl address) {
    this.server = server;
    this.address = address;
  }

  /**
   * Creates an empty database.
   *
   * @throws EmbeddedPostgresException if there is no server, or it refuses
   */
  public static TestDatabase create() {
    return TestServer.shared().createDatabase();
  }

  /**
   * Creates a copy of a template database, which takes milliseconds however long its preparation
   * took. The template is prepared once per JVM and key; threads that ask for it meanwhile wait.
   *
   * @param templateKey names the template; the same key must always come with the same preparation
   * @param preparation fills the template when this JVM asks for it for the first time
   * @throws EmbeddedPostgresException if there is no server, it refuses, or the preparation fails
   */
  public static TestDatabase createFrom(String templateKey, DatabasePreparation preparation) {
    return TestServer.shared().createDatabase(templateKey, preparation);
  }

  /** The database's name, which needs no quotes in SQL. */
  public String name() {
    return address.database();
  }

  /** The database's URL with user and password, as psql and other programs take it. */
  public String url() {
    return address.url();
  }

  /** The database's URL with user and password, as JDBC takes it. */
  public String jdbcUrl() {
    return address.jdbcUrl();
  }

  /** A data source that opens a connection at every request; it pools nothing. */
  public DataSource dataSource() {
    return TestServer.dataSource(address);
  }

  /**
   * Opens a connection; the caller closes it.
   *
   * @throws SQLException if the server has no connection left or the database is dropped
   */
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(jdbcUrl());
  }

  /**
   * Drops the database, ending the connections that are still open. Does nothing when it is closed
   * already.
   *
   * @throws EmbeddedPostgresException if the server refuses
   */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      server.dropDatabase(name());
    }
  }

  /** Tells where the database is, without the password. */
  @Override
  public String toString() {
    return address.toString();
  }
}
