package dev.gala.test.postgres;

import dev.gala.test.postgres.EmbeddedPostgresException.Reason;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** The server that the tests of a JVM share, and the databases and schemas on it. */
final class TestServer {
  /** Names a server to use instead of an embedded one. */
  static final String VARIABLE = "GALA_TEST_DATABASE_URL";

  private static final int VALIDATION_SECONDS = 5;
  private static final ReentrantLock SHARING = new ReentrantLock();
  private static @Nullable TestServer shared;

  private final PostgresUrl address;
  private final TestNames names;
  private final Map<String, TemplateDatabase> templates = new ConcurrentHashMap<>();
  private final ReentrantLock connecting = new ReentrantLock();
  private @Nullable Connection connection;

  private TestServer(PostgresUrl address, TestNames names) {
    this.address = address;
    this.names = names;
  }

  static TestServer shared() {
    SHARING.lock();
    try {
      if (shared == null) {
        shared = of(System.getenv());
      }
      return shared;
    } finally {
      SHARING.unlock();
    }
  }

  /** The server named in the environment, or else an embedded one. */
  static TestServer of(Map<String, String> environment) {
    String given = environment.getOrDefault(VARIABLE, "");
    if (!given.isBlank()) {
      return given(PostgresUrl.parse(given, VARIABLE));
    }
    // Never closed: it ends with this JVM, after the last hook that may still use it.
    return new TestServer(EmbeddedPostgres.start().address("postgres"), TestNames.plain());
  }

  static DataSource dataSource(PostgresUrl address) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(address.jdbcUrl());
    return source;
  }

  TestDatabase createDatabase() {
    String name = names.next();
    execute("CREATE DATABASE " + name);
    return new TestDatabase(this, address.database(name));
  }

  TestDatabase createDatabase(String templateKey, DatabasePreparation preparation) {
    String template =
        templates
            .computeIfAbsent(templateKey, key -> new TemplateDatabase(this, key))
            .prepare(preparation);
    String name = names.next();
    execute("CREATE DATABASE " + name + " TEMPLATE " + template);
    return new TestDatabase(this, address.database(name));
  }

  TestSchema createSchema() {
    String name = names.next();
    execute("CREATE SCHEMA " + name);
    return new TestSchema(this, address, name);
  }

  void dropDatabase(String name) {
    execute("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
  }

  void dropSchema(String name) {
    execute("DROP SCHEMA IF EXISTS " + name + " CASCADE");
  }

  /** Runs a statement in the server's main database, in a transaction of its own. */
  void execute(String sql) {
    withConnection(
        "\"" + sql + "\"",
        connection -> {
          try (var statement = connection.createStatement()) {
            statement.execute(sql);
          }
        });
  }

  PostgresUrl address(String database) {
    return address.database(database);
  }

  String newName() {
    return names.next();
  }

  static EmbeddedPostgresException failed(String what, SQLException cause) {
    String remedy =
        switch (String.valueOf(cause.getSQLState())) {
          case "42501" -> "; grant the user the right (ALTER ROLE … CREATEDB), or use another";
          case "08001", "08006" -> "; check that the server runs and the URL is right";
          default -> "";
        };
    return new EmbeddedPostgresException(
        Reason.STATEMENT_FAILED, what + ": " + cause.getMessage() + remedy, cause);
  }

  private static TestServer given(PostgresUrl address) {
    TestNames names = TestNames.unique();
    TestServer server = new TestServer(address, names);
    Leftovers leftovers = new Leftovers(server, names);
    leftovers.dropThoseOfTheDead(Instant.now());
    Runtime.getRuntime().addShutdownHook(new Thread(leftovers::dropOwn, "gala-test-databases"));
    return server;
  }

  /** Runs work with the server's main connection, which no other thread uses meanwhile. */
  void withConnection(String what, Work work) {
    connecting.lock();
    try {
      work.run(connection());
    } catch (SQLException e) {
      throw failed("%s failed on %s".formatted(what, address), e);
    } finally {
      connecting.unlock();
    }
  }

  private Connection connection() throws SQLException {
    if (connection == null || !connection.isValid(VALIDATION_SECONDS)) {
      connection =
          DriverManager.getConnection(
              address.parameter("application_name", names.applicationName()).jdbcUrl());
    }
    return connection;
  }

  /** Something to do with a connection. */
  interface Work {
    void run(Connection connection) throws SQLException;
  }
}
