package dev.gala.test.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What tests left on a server that lives on after them. */
final class Leftovers {
  private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);
  private static final String APPLICATIONS =
      "SELECT application_name FROM pg_stat_activity WHERE application_name IS NOT NULL";
  private static final String DATABASES = "SELECT datname FROM pg_database";
  private static final String SCHEMAS = "SELECT nspname FROM pg_namespace";

  private final TestServer server;
  private final TestNames names;

  Leftovers(TestServer server, TestNames names) {
    this.server = server;
    this.names = names;
  }

  /** Drops what this JVM made: its templates, and what tests did not close. */
  void dropOwn() {
    // A server that is gone by now has nothing left to drop.
    tryTo(() -> drop(names::isOwn));
  }

  /** Drops what killed JVMs made. */
  void dropThoseOfTheDead(Instant now) {
    server.withConnection(
        "looking for leftovers",
        connection -> {
          Set<String> applications = column(connection, APPLICATIONS);
          drop(name -> TestNames.isLeftover(name, applications, now));
        });
  }

  private void drop(Predicate<String> filter) {
    server.withConnection(
        "looking for leftovers",
        connection -> {
          column(connection, DATABASES).stream()
              .filter(filter)
              .forEach(name -> tryTo(() -> server.dropDatabase(name)));
          column(connection, SCHEMAS).stream()
              .filter(filter)
              .forEach(name -> tryTo(() -> server.dropSchema(name)));
        });
  }

  /** Others may be dropping the same, or it may belong to another user: not worth a failure. */
  private static void tryTo(Runnable drop) {
    try {
      drop.run();
    } catch (EmbeddedPostgresException e) {
      LOG.debug("a leftover stays", e);
    }
  }

  private static Set<String> column(Connection connection, String sql) throws SQLException {
    Set<String> values = new HashSet<>();
    try (var statement = connection.createStatement();
        var result = statement.executeQuery(sql)) {
      while (result.next()) {
        values.add(result.getString(1));
      }
    }
    return values;
  }
}
