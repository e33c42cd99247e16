package dev.gala.river.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.driver.Driver;
import dev.gala.river.driver.Migration;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.test.postgres.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The catalogues compared with were recorded from databases that River itself migrated. */
class MigrationsTest {
  @Test
  void areNamedAsRiverNamesThem() {
    var scripts = new Scripts(new Schema(null));

    assertThat(scripts.migrations("main"))
        .containsExactly(
            new Migration(1, "create river migration"),
            new Migration(2, "initial schema"),
            new Migration(3, "river job tags non null"),
            new Migration(4, "pending and more"),
            new Migration(5, "migration unique client"),
            new Migration(6, "bulk unique"),
            new Migration(7, "notification outbox sqlite jsonb and sql cleanup"),
            new Migration(8, "job id autoincrement"));
    assertThat(scripts.migrations("pro")).isEmpty();
  }

  @RiverPoint({1, 3, 7})
  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"Jobs_2"})
  void giveRiversCatalogueVersionByVersion(String schema) throws Exception {
    try (TestDatabase database = TestDatabase.create();
        Connection connection = database.connect();
        Driver driver = MigratedDatabase.open(database, schema)) {
      if (schema != null) {
        execute(connection, "create schema \"Jobs_2\"");
        execute(connection, "set search_path to \"Jobs_2\"");
      }
      for (Migration migration : driver.migrations("main")) {
        assertThat(driver.migrationApply("main", migration)).isTrue();

        assertThat(MigratedDatabase.column(connection, resource("catalogue.sql")))
            .as("after version %d", migration.version())
            .isEqualTo(resource("catalogue/00" + migration.version() + ".txt").lines().toList());
        assertThat(driver.migrationsApplied("main"))
            .isEqualTo(IntStream.rangeClosed(1, migration.version()).boxed().toList());
      }
      assertThat(MigratedDatabase.column(connection, "select distinct line from river_migration"))
          .containsExactly("main");
    }
  }

  /** What River's own way down leaves behind: an enum's label stays, and metadata is left bare. */
  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"Jobs_2"})
  void giveRiversCatalogueOnTheWayDown(String schema) throws Exception {
    try (TestDatabase database = TestDatabase.create();
        Connection connection = database.connect();
        Driver driver = MigratedDatabase.open(database, schema)) {
      if (schema != null) {
        execute(connection, "create schema \"Jobs_2\"");
        execute(connection, "set search_path to \"Jobs_2\"");
      }
      migrate(driver);
      for (Migration migration : driver.migrations("main").reversed()) {
        assertThat(driver.migrationRevert("main", migration)).isTrue();
        assertThat(driver.migrationRevert("main", migration)).isFalse();

        int left = migration.version() - 1;
        assertThat(driver.migrationsApplied("main"))
            .isEqualTo(IntStream.rangeClosed(1, left).boxed().toList());
        String expected = left == 0 ? "" : resource("catalogue/00" + left + ".txt");
        if (left == 2 || left == 3) {
          expected =
              expected
                  .replace("metadata jsonb not null default '{}'::jsonb", "metadata jsonb")
                  .replace("discarded retryable", "discarded pending retryable");
        }
        assertThat(MigratedDatabase.column(connection, resource("catalogue.sql")))
            .as("with version %d left", left)
            .isEqualTo(expected.lines().toList());
      }
    }
  }

  @Test
  void readTheMaskByRiversBits() throws Exception {
    try (var migrated = new MigratedDatabase()) {
      assertThat(
              migrated.column(
                  """
                  select river_job_state_in_bitmask((1 << bit)::bit(8), state)::text
                  from unnest(enum_range(null::river_job_state)) with ordinality as s (state, n)
                  cross join generate_series(0, 7) as bit
                  where bit = n - 1
                  """))
          .hasSize(8)
          .containsOnly("true");
      assertThat(
              migrated.column(
                  "select state::text from unnest(enum_range(null::river_job_state)) as state"
                      + " where river_job_state_in_bitmask(245::bit(8), state)"))
          .containsExactly(
              "available", "completed", "pending", "retryable", "running", "scheduled");
    }
  }

  @Test
  void backfillRowsOfOldVersions() throws Exception {
    try (TestDatabase database = TestDatabase.create();
        Connection connection = database.connect();
        Driver driver = MigratedDatabase.open(database, null)) {
      List<Migration> migrations = driver.migrations("main");
      migrations.subList(0, 2).forEach(migration -> driver.migrationApply("main", migration));
      execute(connection, "insert into river_job (kind, max_attempts) values ('old', 3)");
      execute(connection, "insert into river_leader values (now(), now(), 'me', 'other')");

      migrations.subList(2, 8).forEach(migration -> driver.migrationApply("main", migration));

      assertThat(
              MigratedDatabase.column(
                  connection, "select args::text || tags::text || metadata::text from river_job"))
          .containsExactly("{}{}{}");
    }
  }

  @RiverPoint(6)
  @Test
  void continueADatabaseThatAnotherClientBegan() throws Exception {
    try (TestDatabase database = TestDatabase.create();
        Connection connection = database.connect();
        Driver driver = MigratedDatabase.open(database, null)) {
      assertThat(driver.migrationsApplied("main")).isEmpty();
      assertThat(driver.migrationsApplied("pro")).isEmpty();
      List<Migration> migrations = driver.migrations("main");
      migrations.subList(0, 6).forEach(migration -> driver.migrationApply("main", migration));
      execute(connection, "insert into river_migration (line, version) values ('pro', 1)");

      try (Driver other = MigratedDatabase.open(database, null)) {
        assertThat(other.migrationApply("main", migrations.get(5))).isFalse();
        assertThat(other.migrationApply("main", migrations.get(6))).isTrue();
        assertThat(other.migrationsApplied("pro")).containsExactly(1);
      }
      assertThat(driver.migrationsApplied("main")).containsExactly(1, 2, 3, 4, 5, 6, 7);
    }
  }

  @Test
  void areSafeToRunByTwoAtOnce() throws Exception {
    try (TestDatabase database = TestDatabase.create();
        Driver one = MigratedDatabase.open(database, null);
        Driver two = MigratedDatabase.open(database, null);
        ExecutorService threads = Executors.newFixedThreadPool(2)) {
      var results =
          threads.invokeAll(List.<Callable<Long>>of(() -> migrate(one), () -> migrate(two)));

      assertThat(results.get(0).get() + results.get(1).get()).isEqualTo(8);
      assertThat(one.migrationsApplied("main")).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    }
  }

  @Test
  void refuseToGoBelowTheLinesOfOthers() throws Exception {
    try (var migrated = new MigratedDatabase()) {
      migrated.execute("insert into river_migration (line, version) values ('pro', 1)");
      String down = new Schema(null).resolve(MigrationScript.MAIN.get(4).down());

      assertThatThrownBy(() -> migrated.execute(down))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("migrate those down first");
    }
  }

  private static long migrate(Driver driver) {
    return driver.migrations("main").stream()
        .filter(migration -> driver.migrationApply("main", migration))
        .count();
  }

  @RiverPoint(2)
  @Test
  void leaveNothingOfAVersionThatFails() throws Exception {
    try (TestDatabase database = TestDatabase.create();
        Connection connection = database.connect();
        Driver driver = MigratedDatabase.open(database, null)) {
      List<Migration> migrations = driver.migrations("main");
      driver.migrationApply("main", migrations.getFirst());
      execute(connection, "create table river_leader (mine int)");

      assertThatThrownBy(() -> driver.migrationApply("main", migrations.get(1)))
          .isInstanceOf(RiverException.class)
          .hasMessage(
              "applying migration 2 of line \"main\" failed: SQLSTATE 42P07: relation"
                  + " \"river_leader\" already exists");

      assertThat(driver.migrationsApplied("main")).containsExactly(1);
      execute(connection, "drop table river_leader");
      assertThat(driver.migrationApply("main", migrations.get(1))).isTrue();
    }
  }

  @Test
  void refuseAMigrationNotCarried() {
    var migrations = new Migrations(null, new Schema(null));

    assertThatThrownBy(() -> migrations.apply("main", new Migration(9, "later"), null))
        .isInstanceOfSatisfying(
            RiverException.class, e -> assertThat(e.code()).isEqualTo(RiverError.CONFIG_INVALID))
        .hasMessageContaining("migration 9 \"later\" of line \"main\"");
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String resource(String name) throws IOException {
    try (InputStream resource = MigrationsTest.class.getResourceAsStream(name)) {
      return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
