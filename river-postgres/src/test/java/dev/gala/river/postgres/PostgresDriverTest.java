package dev.gala.river.postgres;

import static dev.gala.river.postgres.MigratedDatabase.job;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.gala.river.driver.ClaimedJob;
import dev.gala.river.driver.DatabaseConfig;
import dev.gala.river.driver.Driver;
import dev.gala.river.driver.DriverProvider;
import dev.gala.river.driver.JobGetAvailableParams;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.test.postgres.TestDatabase;
import java.lang.reflect.Proxy;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PostgresDriverTest {
  private MigratedDatabase migrated;

  @BeforeEach
  void open() {
    migrated = new MigratedDatabase();
  }

  @AfterEach
  void close() {
    migrated.close();
  }

  private static RiverException failure(ThrowingCallable call) {
    return org.assertj.core.api.Assertions.catchThrowableOfType(RiverException.class, call);
  }

  private static Driver open(String url, String schema) {
    return new PostgresDriverProvider()
        .open(new DatabaseConfig(new DatabaseConfig.Url(url), schema, "test", 2));
  }

  @Test
  void isFoundAsAService() {
    List<DriverProvider> providers =
        ServiceLoader.load(DriverProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(
                provider ->
                    provider.accepts(
                        new DatabaseConfig(
                            new DatabaseConfig.Url("postgresql://h"), null, "test", 1)))
            .toList();

    assertThat(providers).singleElement().isInstanceOf(PostgresDriverProvider.class);
  }

  @Test
  void setsWhatTheUrlDoesNotSay() throws Exception {
    String url = migrated.database.url();
    String named = url + "?application_name=mine&options=-c%20search_path%3Dpg_catalog";
    try (Driver usual = open(url, null);
        Driver given = open(named, "public")) {
      usual.executor().jobInsertFast(List.of(job("kind")), Set.of());
      given.executor().jobInsertFast(List.of(job("kind")), Set.of());

      assertThat(
              migrated.column(
                  "select distinct application_name from pg_stat_activity where datname = current_database()"))
          .contains("test", "mine");
    }
    assertThat(migrated.value("select count(*) from river_job")).isEqualTo("2");
  }

  @Test
  void tellsARefusalAtOnce() throws Exception {
    String url = migrated.database.url();
    String missing = url.replace("/" + migrated.database.name(), "/no_such_database");

    RiverException refused = failure(() -> open(missing, null));

    assertThat(refused.code()).isEqualTo(RiverError.DATABASE_UNAVAILABLE);
    assertThat(refused.isTransient()).isFalse();
    assertThat(refused)
        .hasMessageContaining("database \"no_such_database\"")
        .hasMessageContaining("SQLSTATE 3D000: database \"no_such_database\" does not exist");
  }

  @Test
  void tellsAnUnreachableServerAtOnce() throws Exception {
    int port;
    try (var socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }

    RiverException unreachable =
        failure(() -> open("postgres://u:secret@127.0.0.1:" + port + "/d", null));

    assertThat(unreachable.code()).isEqualTo(RiverError.DATABASE_UNAVAILABLE);
    assertThat(unreachable.isTransient()).isTrue();
    assertThat(unreachable)
        .hasMessageStartingWith(
            "no connection to host \"127.0.0.1\", port "
                + port
                + ", database \"d\": SQLSTATE 08001: ")
        .hasMessageNotContaining("secret");
  }

  @Test
  void tellsWrongSettings() {
    String url = migrated.database.url();

    assertThat(failure(() -> open("mysql://h", null)).code())
        .isEqualTo(RiverError.DATABASE_URL_INVALID);
    assertThat(failure(() -> open(url + "?sslmode=perhaps", null)).code())
        .isEqualTo(RiverError.DATABASE_URL_INVALID);
    assertThat(failure(() -> open(url, "no-schema")))
        .hasMessageStartingWith("schema \"no-schema\" is not usable: ");
    assertThat(failure(() -> open(url, "s".repeat(47))).code())
        .isEqualTo(RiverError.CONFIG_INVALID);
    assertThat(new Schema("s".repeat(46)).resolve("/* schema */t")).endsWith("s\".t");
    var noConnections = new DatabaseConfig(new DatabaseConfig.Url(url), null, "test", 0);
    assertThat(failure(() -> new PostgresDriverProvider().open(noConnections)).code())
        .isEqualTo(RiverError.CONFIG_INVALID);
  }

  @Test
  void refusesAnOldServer() {
    assertThatThrownBy(() -> ServerVersion.check(13, "13.14"))
        .isInstanceOfSatisfying(
            RiverException.class, e -> assertThat(e.code()).isEqualTo(RiverError.DATABASE_TOO_OLD))
        .hasMessage("the server is PostgreSQL 13.14: use 14 or later");
    ServerVersion.check(14, "14.0");
  }

  @Test
  void namesTheRemedyWhereThereAreNoTables() {
    try (TestDatabase empty = TestDatabase.create();
        Driver driver = open(empty.url(), null)) {
      RiverException missing =
          failure(() -> driver.executor().jobInsertFast(List.of(job("kind")), Set.of()));

      assertThat(missing.code()).isEqualTo(RiverError.SCHEMA_OUTDATED);
      assertThat(missing).hasMessageContaining("run the migrations");
    }
  }

  @Test
  void leavesTheCallersTransactionToTheCaller() throws Exception {
    try (Connection connection = migrated.database.connect()) {
      connection.setAutoCommit(false);
      migrated.driver.executor(connection).jobInsertFast(List.of(job("kind")), Set.of("q"));

      assertThat(migrated.value("select count(*) from river_job")).isEqualTo("0");
      connection.rollback();
      assertThat(migrated.value("select count(*) from river_job")).isEqualTo("0");

      migrated.driver.executor(connection).jobInsertFast(List.of(job("kind")), Set.of("q"));
      connection.commit();
      assertThat(migrated.value("select count(*) from river_job")).isEqualTo("1");
      assertThat(connection.isClosed()).isFalse();
      assertThat(connection.getAutoCommit()).isFalse();
    }
  }

  @Test
  void refusesAConnectionWithoutATransaction() throws Exception {
    try (Connection connection = migrated.database.connect()) {
      RiverException refused = failure(() -> migrated.driver.executor(connection));

      assertThat(refused.code()).isEqualTo(RiverError.CONNECTION_IN_AUTO_COMMIT);
      assertThat(refused).hasMessageContaining("connection.setAutoCommit(false)");
    }
  }

  @Test
  void refusesAConnectionToSomethingElse() {
    var other =
        (Connection)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> false);

    assertThat(failure(() -> migrated.driver.executor(other)).code())
        .isEqualTo(RiverError.CONFIG_INVALID);
  }

  @Test
  void borrowsFromAPoolWhateverItsMode() throws Exception {
    try (var pool = new HikariDataSource()) {
      pool.setJdbcUrl(migrated.database.jdbcUrl());
      pool.setMaximumPoolSize(2);
      pool.setAutoCommit(false);
      var config = new DatabaseConfig(new DatabaseConfig.Pool(pool), null, "test", 1);
      try (Driver driver = new PostgresDriverProvider().open(config)) {
        driver.executor().jobInsertFast(List.of(job("kind")), Set.of("q"));
        List<ClaimedJob> claimed =
            driver
                .executor()
                .jobGetAvailable(new JobGetAvailableParams("me", List.of("kind"), 5, "default"));

        assertThat(claimed).hasSize(1);
        assertThat(migrated.value("select state from river_job")).isEqualTo("running");
        assertThat(driver.migrationApply("main", driver.migrations("main").getFirst())).isFalse();
        assertThat(failure(() -> driver.executor().jobInsertFast(List.of(job("")), Set.of())))
            .isNotNull();
        try (Connection connection = pool.getConnection()) {
          driver.executor(connection).jobInsertFast(List.of(job("kind")), Set.of());
          connection.commit();
        }
      }
      assertThat(pool.isClosed()).isFalse();
    }
    assertThat(migrated.value("select count(*) from river_job")).isEqualTo("2");
  }

  @Test
  void saysThatAConnectionWasTakenAwayMeanwhile() throws Exception {
    migrated.driver.executor().jobInsertFast(List.of(job("kind")), Set.of());
    JobRow claimed =
        migrated
            .driver
            .executor()
            .jobGetAvailable(new JobGetAvailableParams("me", List.of("kind"), 1, "default"))
            .getFirst()
            .job();
    try (Connection other = migrated.database.connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("lock table river_job");
      CompletableFuture<RiverException> failed =
          CompletableFuture.supplyAsync(
              () ->
                  failure(
                      () ->
                          migrated
                              .driver
                              .executor()
                              .jobComplete(List.of(claimed.attemptId()), Instant.now())));
      String kill =
          "select pg_terminate_backend(pid) from pg_stat_activity"
              + " where datname = current_database() and wait_event_type = 'Lock'";
      while (migrated.column(kill).isEmpty()) {
        Thread.onSpinWait();
      }

      assertThat(failed.get().code()).isEqualTo(RiverError.DATABASE_UNAVAILABLE);
      assertThat(failed.get().isTransient()).isTrue();
      other.rollback();
    }
    assertThat(migrated.driver.executor().jobComplete(List.of(claimed.attemptId()), Instant.now()))
        .containsExactly(claimed.id());
  }

  @Test
  void saysThatItIsClosed() {
    migrated.driver.close();
    migrated.driver.close();

    assertThat(
            failure(() -> migrated.driver.executor().jobInsertFast(List.of(job("k")), Set.of()))
                .code())
        .isEqualTo(RiverError.CLIENT_STATE);
  }
}
