package dev.gala.river.postgres;

import static dev.gala.river.postgres.MigratedDatabase.job;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.driver.DatabaseConfig;
import dev.gala.river.driver.Driver;
import dev.gala.river.driver.Listener;
import dev.gala.river.driver.Migration;
import dev.gala.river.driver.Notification;
import dev.gala.river.driver.NotificationTopic;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

class PostgresListenerTest {
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

  private static Notification inserted(String queue) {
    return new Notification(NotificationTopic.INSERT, "{\"queue\": \"" + queue + "\"}");
  }

  @Test
  void hearsAnInsert() {
    try (Listener listener = migrated.driver.listen(INSERT)) {
      migrated.driver.executor().jobInsertFast(List.of(job("kind")), Set.of("a\"b\\ü"));

      assertThat(listener.await(LONG)).containsExactly(inserted("a\\\"b\\\\ü"));
    }
  }

  @Test
  void hearsEachQueueOfAnInsertOnce() {
    try (Listener listener = migrated.driver.listen(INSERT)) {
      migrated
          .driver
          .executor()
          .jobInsertFast(List.of(job("kind"), job("kind"), job("kind")), Set.of("a", "b"));

      assertThat(listener.await(LONG)).containsExactlyInAnyOrder(inserted("a"), inserted("b"));
      assertThat(listener.await(Duration.ofMillis(1))).isEmpty();
    }
  }

  @Test
  @RiverPoint(18)
  void hearsNothingOfARollback() throws Exception {
    try (Listener listener = migrated.driver.listen(INSERT);
        Connection connection = migrated.database.connect()) {
      connection.setAutoCommit(false);
      migrated.driver.executor(connection).jobInsertFast(List.of(job("kind")), Set.of("lost"));
      connection.rollback();
      migrated.driver.executor(connection).jobInsertFast(List.of(job("kind")), Set.of("kept"));
      connection.commit();

      assertThat(listener.await(LONG)).containsExactly(inserted("kept"));
    }
    assertThat(migrated.value("select count(*) from river_job")).isEqualTo("1");
  }

  @Test
  void hearsWhatIsNotifiedOnItsTopicsOnly() {
    try (Listener listener =
        migrated.driver.listen(Set.of(NotificationTopic.CONTROL, NotificationTopic.LEADERSHIP))) {
      migrated.driver.executor().notifyMany(NotificationTopic.INSERT, List.of("{}"));
      migrated.driver.executor().notifyMany(NotificationTopic.CONTROL, List.of());
      migrated.driver.executor().notifyMany(NotificationTopic.CONTROL, List.of("{\"a\":1}", "2"));

      assertThat(listener.await(LONG))
          .containsExactly(
              new Notification(NotificationTopic.CONTROL, "{\"a\":1}"),
              new Notification(NotificationTopic.CONTROL, "2"));
    }
  }

  @Test
  @RiverPoint(36)
  void speaksOnTheChannelsOfItsSchema() throws Exception {
    migrated.execute("create schema \"Jobs\"");
    String searchPath = "?options=-c%20search_path%3D%22Jobs%22%2Cpublic";
    var byPath =
        new DatabaseConfig(
            new DatabaseConfig.Url(migrated.database.url() + searchPath), null, "test", 2);
    try (Driver configured = MigratedDatabase.open(migrated.database, "Jobs");
        Driver found = new PostgresDriverProvider().open(byPath)) {
      for (Migration migration : configured.migrations("main")) {
        configured.migrationApply("main", migration);
      }
      try (Listener one = configured.listen(INSERT);
          Listener two = found.listen(INSERT);
          Listener elsewhere = migrated.driver.listen(INSERT)) {
        configured.executor().jobInsertFast(List.of(job("kind")), Set.of("configured"));
        found.executor().jobInsertFast(List.of(job("kind")), Set.of("found"));
        migrated.driver.executor().notifyMany(NotificationTopic.INSERT, List.of("public"));

        for (Listener listener : List.of(one, two)) {
          assertThat(listener.await(LONG)).contains(inserted("configured"));
        }
        assertThat(elsewhere.await(LONG))
            .containsExactly(new Notification(NotificationTopic.INSERT, "public"));
      }
      assertThat(migrated.value("select count(*) from \"Jobs\".river_job")).isEqualTo("2");
      assertThat(migrated.value("select count(*) from public.river_job")).isEqualTo("0");
    }
  }

  @Test
  void waitsForItsTimeOnly() {
    try (Listener listener = migrated.driver.listen(INSERT)) {
      assertThat(listener.await(Duration.ofMillis(20))).isEmpty();
      assertThat(listener.await(Duration.ZERO)).isEmpty();
    }
  }

  @Test
  void saysThatItsConnectionIsLost() throws Exception {
    try (Listener listener = migrated.driver.listen(INSERT)) {
      CompletableFuture<List<Notification>> heard =
          CompletableFuture.supplyAsync(() -> listener.await(LONG));
      migrated.column(
          "select pg_terminate_backend(pid) from pg_stat_activity"
              + " where datname = current_database() and query like 'listen %'");

      assertThatThrownBy(heard::get)
          .cause()
          .isInstanceOfSatisfying(
              RiverException.class,
              e -> {
                assertThat(e.code()).isEqualTo(RiverError.DATABASE_UNAVAILABLE);
                assertThat(e.isTransient()).isTrue();
              })
          .hasMessageStartingWith("the listening connection is lost: SQLSTATE 57P01: ");
    }
  }

  @Test
  void asksForASignOfLifeAfterSilence() throws Exception {
    try (Connection connection = migrated.database.connect();
        Listener listener =
            PostgresListener.open(
                new ListeningPlace(new Lender(connection), "the test's"),
                new Schema(null),
                INSERT,
                Duration.ofMillis(2))) {
      assertThat(listener.await(Duration.ofMillis(1))).isEmpty();
      assertThat(listener.await(Duration.ofMillis(5))).isEmpty();
      String asked =
          migrated.value(
              "select query from pg_stat_activity where pid = ?",
              connection.unwrap(PGConnection.class).getBackendPID());
      assertThat(asked).doesNotContain("listen");

      migrated.driver.executor().notifyMany(NotificationTopic.INSERT, List.of("x"));
      assertThat(listener.await(LONG)).hasSize(1);
    }
  }

  @Test
  void isEndedByClosing() throws Exception {
    Listener listener = migrated.driver.listen(INSERT);
    CompletableFuture<List<Notification>> heard =
        CompletableFuture.supplyAsync(() -> listener.await(LONG));
    while (migrated
        .value(
            "select count(*) from pg_stat_activity where query like 'listen %' and state = 'idle'")
        .equals("0")) {
      Thread.onSpinWait();
    }

    listener.close();
    listener.close();

    assertThat(heard.get()).isEmpty();
    assertThatThrownBy(() -> listener.await(LONG))
        .isInstanceOfSatisfying(
            RiverException.class, e -> assertThat(e.code()).isEqualTo(RiverError.CLIENT_STATE));
  }

  @Test
  void givesABorrowedConnectionBackClean() throws Exception {
    try (Connection lent = migrated.database.connect()) {
      lent.setAutoCommit(false);
      var config = new DatabaseConfig(new DatabaseConfig.Pool(new Lender(lent)), null, "test", 1);
      try (Driver driver = new PostgresDriverProvider().open(config);
          Listener listener = driver.listen(INSERT)) {
        migrated.driver.executor().notifyMany(NotificationTopic.INSERT, List.of("x"));
        assertThat(listener.await(LONG)).hasSize(1);
      }
      assertThat(lent.isClosed()).isFalse();
      assertThat(lent.getAutoCommit()).isFalse();
      assertThat(MigratedDatabase.column(lent, "select pg_listening_channels()")).isEmpty();
    }
  }
}
