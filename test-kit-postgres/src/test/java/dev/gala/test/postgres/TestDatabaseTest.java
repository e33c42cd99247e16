package dev.gala.test.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TestDatabaseTest {
  @Test
  void aDatabaseIsCreatedUsedAndDropped() throws Exception {
    TestDatabase database = TestDatabase.create();
    try (Connection connection = database.connect();
        Connection other = database.dataSource().getConnection()) {
      execute(connection, "CREATE TABLE t (id int)");
      execute(other, "INSERT INTO t VALUES (1)");
      assertThat(connection.getCatalog()).isEqualTo(database.name());

      database.close();
      database.close();

      assertThat(connection.isValid(5)).isFalse();
      assertThatThrownBy(() -> database.connect().close())
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("does not exist");
    }
  }

  /** Others remove servers that nobody owns. */
  @Test
  void theSharedServerStaysOwnedWhateverTheGarbageCollectorDoes() throws Exception {
    Path locks = Path.of("/proc/locks");
    assumeTrue(Files.exists(locks), "only Linux tells who holds locks");
    try (TestDatabase database = TestDatabase.create()) {
      assumeTrue(System.getenv(TestServer.VARIABLE) == null, "the given server is nobody's");
      Path data = Path.of(text(database, "SHOW data_directory"));
      Object owner = Files.getAttribute(data.resolveSibling("owner"), "unix:ino");
      // A reference that is cleared shows that the collector has run since.
      var witness = new WeakReference<>(new Object());
      while (witness.get() != null) {
        System.gc();
      }
      assertThat(Files.readAllLines(locks))
          .anyMatch(
              line ->
                  line.contains(" " + ProcessHandle.current().pid() + " ")
                      && line.contains(":" + owner + " "));
    }
  }

  private static String text(TestDatabase database, String query) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getString(1);
    }
  }

  @Test
  void aTemplateIsPreparedOnceForAllThreads() throws Exception {
    AtomicInteger preparations = new AtomicInteger();
    DatabasePreparation preparation =
        connection -> {
          preparations.incrementAndGet();
          execute(connection, "CREATE TABLE t AS SELECT 42 AS id");
        };
    Callable<Integer> test =
        () -> {
          try (TestDatabase database = TestDatabase.createFrom("once", preparation)) {
            return read(database);
          }
        };
    List<Integer> read = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var result : threads.invokeAll(List.of(test, test, test, test, test, test))) {
        read.add(result.get());
      }
    }
    assertThat(read).containsExactly(42, 42, 42, 42, 42, 42);
    assertThat(preparations).hasValue(1);
  }

  @Test
  void connectionsLeftOpenDoNotBlockCopies() throws Exception {
    List<Connection> left = new ArrayList<>();
    DatabasePreparation preparation =
        connection -> {
          PostgresUrl template = TestServer.shared().address(connection.getCatalog());
          left.add(DriverManager.getConnection(template.jdbcUrl()));
          connection.setAutoCommit(false);
          execute(connection, "CREATE TABLE t AS SELECT 1 AS id");
        };
    try (TestDatabase first = TestDatabase.createFrom("left open", preparation);
        TestDatabase second = TestDatabase.createFrom("left open", preparation)) {
      assertThat(read(first)).isEqualTo(1);
      assertThat(read(second)).isEqualTo(1);
      assertThat(first.name()).isNotEqualTo(second.name());
    }
    assertThat(left).hasSize(1);
    assertThat(left.getFirst().isValid(5)).isFalse();
    left.getFirst().close();
  }

  @Test
  void aPreparationThatFailsIsTriedAgain() throws Exception {
    assertThatThrownBy(
            () -> TestDatabase.createFrom("again", connection -> execute(connection, "nonsense")))
        .isInstanceOf(EmbeddedPostgresException.class)
        .hasMessageContaining("cannot prepare the template \"again\"")
        .hasMessageContaining("nonsense");
    IllegalStateException surprise = new IllegalStateException("surprise");
    assertThatThrownBy(
            () ->
                TestDatabase.createFrom(
                    "again",
                    connection -> {
                      throw surprise;
                    }))
        .isSameAs(surprise);
    try (TestDatabase database =
        TestDatabase.createFrom(
            "again", connection -> execute(connection, "CREATE TABLE t AS SELECT 3 AS id"))) {
      assertThat(read(database)).isEqualTo(3);
    }
  }

  @Test
  void aTemplateCannotBePreparedFromItself() {
    assertThatThrownBy(
            () ->
                TestDatabase.createFrom(
                    "loop", connection -> TestDatabase.createFrom("loop", ignored -> {})))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("\"loop\"");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aSchemaIsTheSearchPath(boolean throughDataSource) throws Exception {
    TestSchema schema = TestSchema.create();
    try (Connection connection =
        throughDataSource ? schema.dataSource().getConnection() : schema.connect()) {
      assertThat(connection.getSchema()).isEqualTo(schema.name());
      execute(connection, "CREATE TABLE t (id int)");
      schema.close();
      schema.close();
      assertThat(connection.getSchema()).isNull();
    }
  }

  @Test
  void theSchemaIsInItsUrlToo() {
    try (TestSchema schema = TestSchema.create()) {
      assertThat(schema.url()).endsWith("options=-csearch_path%3D" + schema.name());
      Command psql =
          Command.run(List.of("psql", schema.url(), "-Atc", "SELECT current_schema()"), "");
      assumeTrue(psql.status() != 127, "needs psql");
      assertThat(psql.output().strip()).isEqualTo(schema.name());
    }
  }

  private static int read(TestDatabase database) throws SQLException {
    try (Connection connection = database.connect();
        var statement = connection.createStatement();
        var result = statement.executeQuery("SELECT id FROM t")) {
      assertThat(result.next()).isTrue();
      return result.getInt(1);
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
