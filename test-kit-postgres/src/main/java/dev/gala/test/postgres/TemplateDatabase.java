package dev.gala.test.postgres;

import dev.gala.test.postgres.EmbeddedPostgresException.Reason;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A database that others are copied from, prepared by the first who asks for it. */
final class TemplateDatabase {
  private final TestServer server;
  private final String key;
  private final ReentrantLock preparing = new ReentrantLock();
  private @Nullable String name;

  TemplateDatabase(TestServer server, String key) {
    this.server = server;
    this.key = key;
  }

  /** The prepared database's name. */
  String prepare(DatabasePreparation preparation) {
    preparing.lock();
    try {
      if (name == null) {
        name = build(preparation);
      }
      return name;
    } finally {
      preparing.unlock();
    }
  }

  private String build(DatabasePreparation preparation) {
    if (preparing.getHoldCount() > 1) {
      throw new IllegalStateException(
          "the preparation of the template \"%s\" asks for that template itself".formatted(key));
    }
    String database = server.newName();
    server.execute("CREATE DATABASE " + database);
    try {
      fill(database, preparation);
      seal(database);
      return database;
    } catch (SQLException e) {
      server.dropDatabase(database);
      throw new EmbeddedPostgresException(
          Reason.STATEMENT_FAILED,
          "cannot prepare the template \"%s\": %s".formatted(key, e.getMessage()),
          e);
    } catch (RuntimeException | Error e) {
      server.dropDatabase(database);
      throw e;
    }
  }

  private void fill(String database, DatabasePreparation preparation) throws SQLException {
    try (Connection connection = DriverManager.getConnection(server.address(database).jdbcUrl())) {
      preparation.prepare(connection);
      if (!connection.isClosed() && !connection.getAutoCommit()) {
        connection.commit();
      }
    }
  }

  /** A database with connections cannot be copied: admits no more, and ends those left open. */
  private void seal(String database) {
    server.execute("ALTER DATABASE " + database + " ALLOW_CONNECTIONS false");
    server.execute(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '%s'"
            .formatted(database));
  }
}
