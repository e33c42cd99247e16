package dev.gala.river.postgres;

import static dev.gala.river.postgres.MigratedDatabase.column;
import static dev.gala.river.postgres.MigratedDatabase.job;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.zaxxer.hikari.HikariDataSource;
import dev.gala.conformance.RiverPoint;
import dev.gala.river.driver.ClaimedJob;
import dev.gala.river.driver.DatabaseConfig;
import dev.gala.river.driver.Driver;
import dev.gala.river.driver.JobGetAvailableParams;
import dev.gala.river.driver.Listener;
import dev.gala.river.driver.NotificationTopic;
import dev.gala.river.job.AttemptId;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.migrate.Migrator;
import dev.gala.test.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How many connections there are, for what, and what they leave behind. */
class ConnectionsTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Set<NotificationTopic> INSERT = Set.of(NotificationTopic.INSERT);

  private MigratedDatabase migrated;

  @BeforeEach
  void open() {
    migrated = new MigratedDatabase();
  }

  @AfterEach
  void close() {
    migrated.close();
  }

  private static Driver open(
      DatabaseConfig.Source source, DataSource engine, String listenUrl, boolean pooler) {
    return new PostgresDriverProvider()
        .open(new DatabaseConfig(source, null, "connections", 4, engine, listenUrl, pooler));
  }

  private DatabaseConfig.Url url() {
    return new DatabaseConfig.Url(migrated.database.url());
  }

  private static List<ClaimedJob> claim(Driver driver) {
    return driver
        .executor()
        .jobGetAvailable(new JobGetAvailableParams("me", List.of("kind"), 5, "default"));
  }

  private static void complete(Driver driver, List<ClaimedJob> claimed) {
    List<AttemptId> attempts =
        claimed.stream().map(ClaimedJob::job).map(job -> job.attemptId()).toList();
    assertThat(driver.executor().jobComplete(attempts, Instant.now())).hasSize(attempts.size());
  }

  /** The most that are open are those configured, the one that listens, and those asked for. */
  @Test
  void areBounded() throws Exception {
    try (Driver driver = open(url(), null, null, false);
        Listener listener = driver.listen(INSERT);
        ExecutorService threads = Executors.newFixedThreadPool(20)) {
      List<Callable<Integer>> load =
          IntStream.range(0, 200)
              .<Callable<Integer>>mapToObj(
                  i ->
                      () -> {
                        driver.executor().jobInsertFast(List.of(job("kind")), Set.of("default"));
                        return claim(driver).size();
                      })
              .toList();
      for (var done : threads.invokeAll(load)) {
        done.get();
      }
      assertThat(listener.await(LONG)).isNotEmpty();

      // The one that tried the server at first may take a moment to be gone.
      String open =
          "select count(*) from pg_stat_activity"
              + " where datname = current_database() and application_name = 'connections'";
      int count = Integer.parseInt(migrated.value(open));
      while (count > 5) {
        count = Integer.parseInt(migrated.value(open));
      }
      assertThat(count).isBetween(3, 5);
    }
  }

  /** However few there are, a leader's long statement leaves the engine some. */
  @ParameterizedTest
  @CsvSource({"2, 1", "3, 2", "4, 3", "6, 3", "8, 4", "100, 4"})
  void areEnoughForTheEngine(int max, int expected) {
    assertThat(PooledConnections.forTheEngine(max)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void ofHandlersKeepNothingFromTheEngine(boolean givenPool) throws Exception {
    try (var handlers = pool(1);
        var engine = pool(2);
        Driver driver =
            givenPool
                ? open(new DatabaseConfig.Pool(handlers), engine, null, false)
                : open(url(), null, null, false);
        Listener listener = driver.listen(INSERT)) {
      migrated.driver.executor().jobInsertFast(List.of(job("kind")), Set.of("default"));
      var held = new ArrayList<Connection>();
      try {
        for (int i = 0; i < (givenPool ? 1 : 12); i++) {
          held.add(driver.connect());
        }
        assertThat(listener.await(LONG)).hasSize(1);
        List<ClaimedJob> claimed = claim(driver);
        assertThat(claimed).hasSize(1);
        complete(driver, claimed);
      } finally {
        for (Connection connection : held) {
          connection.close();
        }
      }
    }
  }

  @Test
  void throughAPoolerAreGivenNoSettings() throws Exception {
    for (boolean pooler : List.of(false, true)) {
      var config = new DatabaseConfig(url(), null, "connections", 2, null, null, pooler);
      try (var connections =
          PooledConnections.open(DatabaseUrl.parse(migrated.database.url()), config)) {
        for (boolean inserts : List.of(false, true)) {
          try (Connection connection =
              inserts ? connections.borrowToInsert() : connections.borrow()) {
            for (int i = 0; i < 10; i++) {
              column(connection, "select ?::int", i);
            }
            String others = inserts ? "" : " plan_cache_mode";
            assertThat(String.join(" ", sessionSettings(connection)))
                .isEqualTo(
                    pooler ? "" : "enable_seqscan lock_timeout" + others + " statement_timeout");
            assertThat(column(connection, "select name from pg_prepared_statements").isEmpty())
                .isEqualTo(pooler);
          }
        }
      }
    }
  }

  /** Everything the driver does, each transaction in another session. */
  @Test
  void throughAPoolerLeaveNothingInASession() throws Exception {
    try (TestDatabase database = TestDatabase.create()) {
      DataSource direct =
          DirectConnections.of(DatabaseUrl.parse(database.url()), "connections", true);
      var pooler = new TransactionPooler(direct, 3);
      try (Driver driver = open(new DatabaseConfig.Pool(pooler), null, database.url(), true)) {
        assertThat(new Migrator(driver).up()).hasSize(9);
        assertThat(new Migrator(driver).down()).hasSize(1);
        assertThat(new Migrator(driver).up()).hasSize(1);
        try (Listener listener = driver.listen(INSERT)) {
          for (int i = 0; i < 10; i++) {
            driver.executor().jobInsertFast(List.of(job("kind")), Set.of("default"));
            List<ClaimedJob> claimed = claim(driver);
            assertThat(claimed).hasSize(1);
            complete(driver, claimed);
          }
          assertThat(listener.await(LONG)).isNotEmpty();
        }
        for (Connection session : pooler.servers()) {
          assertThat(sessionSettings(session)).isEmpty();
          assertThat(column(session, "select name from pg_prepared_statements")).isEmpty();
          assertThat(column(session, "select pg_listening_channels()")).isEmpty();
          assertThat(
                  column(
                      session,
                      "select 1 from pg_locks where locktype = 'advisory' and database ="
                          + " (select oid from pg_database where datname = current_database())"))
              .isEmpty();
          assertThat(session.getAutoCommit()).isTrue();
        }
      } finally {
        for (Connection session : pooler.servers()) {
          session.close();
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void throughAPoolerDoNotListen(boolean givenPool) throws Exception {
    try (var pool = pool(1);
        Driver driver = open(givenPool ? new DatabaseConfig.Pool(pool) : url(), null, null, true)) {
      RiverException refused =
          catchThrowableOfType(RiverException.class, () -> driver.listen(INSERT));

      assertThat(refused.code()).isEqualTo(RiverError.CONFIG_INVALID);
      assertThat(refused).hasMessageContaining("pollOnly").hasMessageContaining("listenUrl");
      driver.executor().jobInsertFast(List.of(job("kind")), Set.of("default"));
      assertThat(claim(driver)).hasSize(1);
    }
  }

  @RiverPoint(36)
  @Test
  void thatListenElsewhereHearTheSameChannels() throws Exception {
    migrated.execute("create schema river");
    String path = "?options=-c%20search_path%3Driver";
    var byPath = new DatabaseConfig.Url(migrated.database.url() + path);
    try (Driver driver = open(byPath, null, migrated.database.url() + path, true);
        Driver configured = MigratedDatabase.open(migrated.database, "river");
        Listener listener = driver.listen(INSERT)) {
      assertThat(new Migrator(driver).up()).hasSize(9);
      configured.executor().jobInsertFast(List.of(job("kind")), Set.of("default"));
      assertThat(listener.await(LONG)).hasSize(1);
      assertThat(claim(driver)).hasSize(1);

      RiverException elsewhere =
          catchThrowableOfType(
              RiverException.class, () -> open(byPath, null, migrated.database.url(), true));
      assertThat(elsewhere.code()).isEqualTo(RiverError.CONFIG_INVALID);
      assertThat(elsewhere)
          .hasMessageContaining("schema \"public\"")
          .hasMessageContaining("schema \"river\"");
    }
  }

  @Test
  void thatListenElsewhereLeadToTheSameDatabase() {
    try (TestDatabase other = TestDatabase.create()) {
      RiverException elsewhere =
          catchThrowableOfType(RiverException.class, () -> open(url(), null, other.url(), true));
      assertThat(elsewhere).hasMessageContaining("listenUrl leads to database \"" + other.name());
    }
    RiverException wrong =
        catchThrowableOfType(RiverException.class, () -> open(url(), null, "mysql://h", true));
    assertThat(wrong.code()).isEqualTo(RiverError.DATABASE_URL_INVALID);
  }

  @Test
  void toKeepWaitForAnAnswerAsLongAsItTakes() throws Exception {
    try (Driver driver = open(url(), null, null, false);
        Connection connection = driver.connect()) {
      assertThat(connection.getNetworkTimeout()).isZero();
      assertThat(connection.getAutoCommit()).isTrue();
    }
  }

  @Test
  void ofAGivenPoolKeepItsSettings() throws Exception {
    try (TestDatabase database = TestDatabase.create();
        Connection lent = database.connect();
        Driver driver = open(new DatabaseConfig.Pool(new Lender(lent)), null, null, false)) {
      lent.setNetworkTimeout(Runnable::run, 12_345);
      lent.setAutoCommit(true);

      assertThat(driver.connect().getNetworkTimeout()).isEqualTo(12_345);
      assertThat(new Migrator(driver).up()).hasSize(9);
      assertThat(lent.getNetworkTimeout()).isEqualTo(12_345);

      try (Statement statement = lent.createStatement()) {
        statement.execute("create view in_the_way as select * from river_job");
      }
      RiverException failed =
          catchThrowableOfType(RiverException.class, () -> new Migrator(driver).downAll());
      assertThat(failed).hasMessageContaining("other objects depend on it");
      assertThat(lent.getNetworkTimeout()).isEqualTo(12_345);
      assertThat(lent.getAutoCommit()).isTrue();
    }
  }

  private HikariDataSource pool(int size) {
    var pool = new HikariDataSource();
    pool.setJdbcUrl(migrated.database.jdbcUrl());
    pool.setMaximumPoolSize(size);
    return pool;
  }

  /** A transaction's own settings are made anew with each, whatever is said of their source. */
  private static List<String> sessionSettings(Connection connection) throws SQLException {
    return column(
        connection,
        """
        select name from pg_settings
        where source = 'session' and name not like 'transaction%'
        order by name
        """);
  }
}
