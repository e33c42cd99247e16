package dev.gala.test.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Databases and schemas on a server that was named in the environment and is not ours alone. */
class GivenServerTest {
  private static EmbeddedPostgres postgres;

  @BeforeAll
  static void start() {
    postgres = EmbeddedPostgres.start();
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  @Test
  void itIsUsedInEitherNotation() throws Exception {
    for (String url : List.of(postgres.url(), postgres.jdbcUrl())) {
      TestServer server = given(url);
      try (TestDatabase database = server.createDatabase();
          TestSchema schema = server.createSchema();
          Connection connection = database.connect()) {
        assertThat(database.jdbcUrl()).contains(":" + postgres.port() + "/gala_test_");
        assertThat(connection.getCatalog()).isEqualTo(database.name());
        assertThat(schema.name()).startsWith("gala_test_");
      }
    }
    assertThat(testThings()).isEmpty();
  }

  @Test
  void whatThisJvmLeftIsDroppedAtItsEnd() throws Exception {
    TestNames names = TestNames.unique();
    TestServer server = given(postgres.url());
    server.execute("CREATE DATABASE " + names.next());
    server.execute("CREATE SCHEMA " + names.next());
    assertThat(testThings()).hasSize(2);
    new Leftovers(server, names).dropOwn();
    assertThat(testThings()).isEmpty();
  }

  @Test
  void whatKilledJvmsLeftIsDroppedAtTheStart() throws Exception {
    Instant old = Instant.now().minus(Duration.ofHours(2));
    String dead = "gala_test_%d_deaddead_1".formatted(old.getEpochSecond() / 60);
    String living = "gala_test_%d_11111111_1".formatted(old.getEpochSecond() / 60);
    String young = "gala_test_%d_deaddead_2".formatted(Instant.now().getEpochSecond() / 60);
    try (Connection owner =
        DriverManager.getConnection(postgres.jdbcUrl() + "&ApplicationName=gala-test-11111111")) {
      for (String name : List.of(dead, living, young)) {
        owner.createStatement().execute("CREATE DATABASE " + name);
        owner.createStatement().execute("CREATE SCHEMA " + name);
      }
      given(postgres.url());
      assertThat(testThings()).containsExactlyInAnyOrder(living, living, young, young);
    }
    TestServer server = given(postgres.url());
    assertThat(testThings()).containsExactlyInAnyOrder(young, young);
    server.dropDatabase(young);
    server.dropSchema(young);
  }

  @Test
  void aMissingRightIsReportedWithTheRemedy() throws Exception {
    try (Connection connection = postgres.connect()) {
      connection.createStatement().execute("CREATE ROLE poor LOGIN PASSWORD 'x'");
    }
    TestServer server = given("postgres://poor:x@127.0.0.1:" + postgres.port() + "/postgres");
    assertThatThrownBy(server::createDatabase)
        .isInstanceOf(EmbeddedPostgresException.class)
        .hasMessageContaining("permission denied to create database")
        .hasMessageContaining("CREATEDB");
  }

  @Test
  void anUnreachableServerIsReported() {
    assertThatThrownBy(() -> given("postgres://u:secret@127.0.0.1:1/d"))
        .isInstanceOf(EmbeddedPostgresException.class)
        .hasMessageContaining("postgres://u@127.0.0.1:1/d")
        .hasMessageContaining("check that the server runs")
        .hasMessageNotContaining("secret");
  }

  private static TestServer given(String url) {
    return TestServer.of(Map.of(TestServer.VARIABLE, url));
  }

  private static List<String> testThings() throws SQLException {
    List<String> names = new ArrayList<>();
    try (Connection connection = postgres.connect();
        var statement = connection.createStatement();
        var result =
            statement.executeQuery(
                """
                SELECT datname FROM pg_database WHERE datname LIKE 'gala%'
                UNION ALL
                SELECT nspname FROM pg_namespace WHERE nspname LIKE 'gala%'
                """)) {
      while (result.next()) {
        names.add(result.getString(1));
      }
    }
    return names;
  }
}
