package dev.gala.river.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gala.river.RiverClient;
import dev.gala.river.RiverConfig;
import dev.gala.river.RiverDatabase;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.JobType;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.job.Tx;
import dev.gala.river.job.UniqueOptions;
import dev.gala.river.json.JsonArgs;
import dev.gala.test.postgres.EmbeddedPostgres;
import dev.gala.test.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** What those who insert are told when it fails, on a real database. */
class InsertFailureTest {
  record Numbered(int number) {}

  private static final JobType<Numbered> NUMBERED =
      JobType.of("numbered", JsonArgs.of(Numbered.class));

  private static void execute(Connection connection, String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static RiverClient insertOnly(RiverDatabase database) {
    return RiverClient.create(database, RiverConfig.builder().build());
  }

  /** By an error of its own, and by one that would otherwise be about the database. */
  @Test
  void whatATriggerRefusesFailsAloneAmongManyCallers() throws Exception {
    try (TestDatabase postgres = TestDatabase.create();
        RiverDatabase database = RiverDatabase.connect(postgres.url());
        Connection connection = postgres.connect()) {
      database.migrator().up();
      execute(
          connection,
          """
          create function refuse() returns trigger language plpgsql as $$
          begin
            if (new.args->>'number')::int % 50 = 7 then
              raise exception 'no sevens';
            elsif (new.args->>'number')::int % 50 = 8 then
              raise exception 'no eights' using errcode = 'insufficient_privilege';
            end if;
            return new;
          end $$
          """,
          "create trigger refuse before insert on river_job for each row execute function refuse()");
      var inserts = new ArrayList<CompletableFuture<?>>();
      try (RiverClient client = insertOnly(database);
          var callers = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 200; i++) {
          var job = new Numbered(i);
          inserts.add(CompletableFuture.runAsync(() -> client.insert(NUMBERED, job), callers));
        }
        for (int i = 0; i < inserts.size(); i++) {
          switch (i % 50) {
            case 7 -> assertThat(failure(inserts.get(i)).code()).isEqualTo(RiverError.ROW_REFUSED);
            case 8 -> assertThat(failure(inserts.get(i)).code()).isEqualTo(RiverError.DATABASE);
            default -> inserts.get(i).join();
          }
        }
      }
      assertThat(postgres.connect()).satisfies(c -> assertThat(count(c)).isEqualTo(192));
    }
  }

  private static RiverException failure(CompletableFuture<?> insert) {
    return (RiverException)
        catchThrowableOfType(CompletionException.class, insert::join).getCause();
  }

  private static int count(Connection connection) throws SQLException {
    try (connection;
        Statement statement = connection.createStatement();
        var rows = statement.executeQuery("select count(*) from river_job")) {
      rows.next();
      return rows.getInt(1);
    }
  }

  @Test
  void aKeyInAnOpenTransactionIsToldOfAfterABoundedWait() throws Exception {
    var unique = InsertOptions.builder().unique(UniqueOptions.builder().byArgs().build()).build();
    try (TestDatabase postgres = TestDatabase.create();
        RiverDatabase database = RiverDatabase.connect(postgres.url());
        RiverClient client = insertOnly(database);
        Connection other = postgres.connect()) {
      database.migrator().up();
      other.setAutoCommit(false);
      client.insert(NUMBERED, new Numbered(1), unique, Tx.on(other));
      RiverException locked =
          catchThrowableOfType(
              RiverException.class,
              () -> client.insert(NUMBERED, new Numbered(1), unique, Tx.own()));
      assertThat(locked.code()).isEqualTo(RiverError.ROW_LOCKED);
      assertThat(locked.isTransient()).isTrue();
      assertThat(locked).hasMessageContaining("held by a transaction that has not ended");
      other.rollback();
      assertThat(client.insert(NUMBERED, new Numbered(1), unique, Tx.own()).skippedAsDuplicate())
          .isFalse();
    }
  }

  /** A server whose queue of notifications is as small as may be, and a listener that holds it. */
  @Test
  void aFullQueueOfNotificationsPassesAndIsNoRowsFault() throws Exception {
    try (TestDatabase postgres = TestDatabase.create();
        Connection connection = postgres.connect()) {
      int version = connection.getMetaData().getDatabaseMajorVersion();
      assumeTrue(version >= 17, "needs a server whose queue can be small");
    }
    try (EmbeddedPostgres server =
            EmbeddedPostgres.builder().setting("max_notify_queue_pages", "64").start();
        RiverDatabase database = RiverDatabase.connect(server.url());
        RiverClient client = insertOnly(database)) {
      database.migrator().up();
      try (Connection listener = server.connect();
          Connection filler = server.connect()) {
        execute(listener, "listen anything", "begin", "select 1");
        fill(filler);
        RiverException full =
            catchThrowableOfType(
                RiverException.class, () -> client.insert(NUMBERED, new Numbered(1)));
        assertThat(full.code()).isEqualTo(RiverError.DATABASE);
        assertThat(full.isTransient()).isTrue();
        assertThat(full).hasMessageContaining("54000").hasMessageContaining("end it");
        assertThat(count(server.connect())).isZero();
      }
      while (!inserted(client)) {
        Thread.onSpinWait();
      }
      assertThat(count(server.connect())).isEqualTo(1);
    }
  }

  private static void fill(Connection connection) throws SQLException {
    var refused = new ArrayList<String>();
    for (int i = 0; refused.isEmpty(); i++) {
      try {
        execute(connection, "select pg_notify('x', repeat('x', 7000) || " + i + ")");
      } catch (SQLException e) {
        refused.add(e.getSQLState());
      }
    }
    assertThat(refused).isEqualTo(List.of("54000"));
  }

  private static boolean inserted(RiverClient client) {
    try {
      client.insert(NUMBERED, new Numbered(2));
      return true;
    } catch (RiverException e) {
      assertThat(e.isTransient()).isTrue();
      return false;
    }
  }
}
