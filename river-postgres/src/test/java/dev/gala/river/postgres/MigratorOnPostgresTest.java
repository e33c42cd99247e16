package dev.gala.river.postgres;

import static dev.gala.river.postgres.MigratedDatabase.column;
import static dev.gala.river.postgres.MigratedDatabase.job;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.driver.Driver;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.migrate.Direction;
import dev.gala.river.migrate.MigrationRange;
import dev.gala.river.migrate.MigrationSql;
import dev.gala.river.migrate.Migrator;
import dev.gala.river.migrate.Migrator.Version;
import dev.gala.test.postgres.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole runs on a real database; the rules of a run are the engine's tests' matter. */
class MigratorOnPostgresTest {
  private final TestDatabase database = TestDatabase.create();
  private Connection connection;
  private Driver driver;
  private Migrator migrator;

  @BeforeEach
  void open() throws SQLException {
    connection = database.connect();
    driver = MigratedDatabase.open(database, null);
    migrator = new Migrator(driver, Migrator.MAIN_LINE);
  }

  @AfterEach
  void close() throws SQLException {
    driver.close();
    connection.close();
    database.close();
  }

  @RiverPoint(5)
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
  void goesDownToAVersionAndUpAgain(int target) throws Exception {
    migrator.up();
    driver.executor().jobInsertFast(List.of(job("kept")), Set.of());

    assertThat(migrator.down(target)).hasSize(8 - target);
    assertThat(migrator.down(target)).isEmpty();
    assertThat(driver.migrationsApplied("main")).isEqualTo(upTo(target));
    assertThat(migrator.up()).hasSize(8 - target);
    assertThat(migrator.up()).isEmpty();

    assertThat(catalogue()).isEqualTo(recorded(8));
    assertThat(column(connection, "select kind from river_job"))
        .isEqualTo(target == 1 ? List.of() : List.of("kept"));
  }

  @RiverPoint(5)
  @Test
  void goesAllTheWayDownAndUpAgain() throws Exception {
    migrator.up();

    assertThat(migrator.downAll())
        .extracting(Version::version)
        .containsExactly(8, 7, 6, 5, 4, 3, 2, 1);

    assertThat(catalogue()).isEmpty();
    assertThat(migrator.down()).isEmpty();
    assertThat(migrator.up()).hasSize(8);
    assertThat(catalogue()).isEqualTo(recorded(8));
  }

  /** Versions recorded without a line, as clients did before there were any. */
  @RiverPoint(4)
  @Test
  void takesADatabaseOfVersion3OnwardAndBack() throws Exception {
    migrator.up(3);
    List<String> before =
        column(connection, "select version || ' ' || created_at from river_migration");

    assertThat(migrator.validate().outstanding()).hasSize(5);
    assertThat(migrator.list()).filteredOn(Version::applied).hasSize(3);
    assertThat(driver.migrationsApplied("pro")).isEmpty();
    assertThat(migrator.up()).extracting(Version::version).containsExactly(4, 5, 6, 7, 8);
    assertThat(migrator.validate().isUpToDate()).isTrue();
    assertThat(column(connection, "select line || version from river_migration order by version"))
        .isEqualTo(IntStream.rangeClosed(1, 8).mapToObj(version -> "main" + version).toList());

    assertThat(migrator.down(3)).hasSize(5);
    assertThat(
            column(
                connection, "select version || ' ' || created_at from river_migration order by id"))
        .as("records keep their times")
        .isEqualTo(before);
    assertThat(migrator.list()).filteredOn(Version::applied).hasSize(3);
  }

  @RiverPoint(5)
  @Test
  void doesNotGoBelowTheLinesOfOthers() throws Exception {
    migrator.up();
    execute("insert into river_migration (line, version) values ('pro', 1), ('workflow', 3)");

    assertThatThrownBy(() -> migrator.downAll())
        .isInstanceOfSatisfying(
            RiverException.class, e -> assertThat(e.code()).isEqualTo(RiverError.DATABASE))
        .hasMessageContaining("there are some of \"pro\", \"workflow\": migrate those down first");

    assertThat(driver.migrationsApplied("main")).containsExactly(1, 2, 3, 4, 5);
    assertThat(catalogue()).isEqualTo(recorded(5));
    assertThat(migrator.up()).extracting(Version::version).containsExactly(6, 7, 8);
    assertThat(driver.migrationsApplied("pro")).containsExactly(1);
    assertThat(driver.migrationsApplied("workflow")).containsExactly(3);
  }

  /** The server ends the session while a version waits in the middle of its statements. */
  @RiverPoint(2)
  @ParameterizedTest
  @EnumSource(Direction.class)
  void goesOnAfterItWasKilledMidway(Direction direction) throws Exception {
    boolean up = direction == Direction.UP;
    if (up) {
      migrator.up(6);
    } else {
      migrator.up();
    }
    CompletableFuture<Object> run;
    try (Connection other = database.connect();
        Statement lock = other.createStatement()) {
      other.setAutoCommit(false);
      // Version 7 touches it after the tables of version 5, whichever way it goes.
      lock.execute("lock table river_job in access share mode");
      run = CompletableFuture.supplyAsync(() -> up ? migrator.up() : migrator.down(3));
      String kill =
          "select pg_terminate_backend(pid) from pg_stat_activity"
              + " where datname = current_database() and wait_event_type = 'Lock'";
      while (column(connection, kill).isEmpty()) {
        assertThat(run).isNotDone();
        Thread.onSpinWait();
      }
      assertThatThrownBy(run::join)
          .cause()
          .isInstanceOfSatisfying(RiverException.class, e -> assertThat(e.isTransient()).isTrue())
          .hasMessageContaining("migration 7 of line \"main\"");
      other.rollback();
    }

    int whole = up ? 6 : 7;
    assertThat(driver.migrationsApplied("main")).isEqualTo(upTo(whole));
    assertThat(catalogue()).isEqualTo(recorded(whole));
    if (up) {
      assertThat(migrator.up()).extracting(Version::version).containsExactly(7, 8);
      assertThat(catalogue()).isEqualTo(recorded(8));
    } else {
      assertThat(migrator.down(6)).extracting(Version::version).containsExactly(7);
      assertThat(catalogue()).isEqualTo(recorded(6));
    }
  }

  @RiverPoint(7)
  @Test
  void staysInItsSchema() throws Exception {
    execute("create schema \"Jobs_2\"");
    execute("create schema jobs_2");
    execute("create table public.river_job (mine int)");
    execute("create table public.river_migration (mine int)");
    List<String> outside = outside();
    try (Driver inSchema = MigratedDatabase.open(database, "Jobs_2")) {
      var there = new Migrator(inSchema, Migrator.MAIN_LINE);

      assertThat(there.up()).hasSize(8);
      assertThat(outside()).isEqualTo(outside);
      assertThat(there.down(3)).hasSize(5);
      assertThat(there.up()).hasSize(5);
      assertThat(there.downAll()).hasSize(8);
      assertThat(outside()).isEqualTo(outside);
    }
  }

  @RiverPoint(7)
  @Test
  void aDryRunTouchesNothing() throws Exception {
    migrator.up(4);
    List<String> before = everything();

    assertThat(migrator.plan(MigrationRange.up())).hasSize(4);
    assertThat(migrator.plan(MigrationRange.downAll())).hasSize(4);
    migrator.list();
    migrator.validate();
    assertThat(migrator.sql().between(4, 8)).hasSize(4);

    assertThat(everything()).isEqualTo(before);
  }

  @Test
  void aSchemaIsNotMade() throws Exception {
    try (Driver inSchema = MigratedDatabase.open(database, "Nowhere")) {
      var there = new Migrator(inSchema, Migrator.MAIN_LINE);
      assertThat(there.validate().outstanding()).hasSize(8);
      assertThat(there.down()).isEmpty();
      assertThatThrownBy(there::up)
          .isInstanceOfSatisfying(
              RiverException.class, e -> assertThat(e.code()).isEqualTo(RiverError.CONFIG_INVALID))
          .hasMessageContaining("create it first (create schema \"Nowhere\")");
    }
    execute("drop schema public");
    assertThatThrownBy(migrator::up)
        .isInstanceOfSatisfying(
            RiverException.class, e -> assertThat(e.code()).isEqualTo(RiverError.CONFIG_INVALID))
        .hasMessageContaining("the search path names no schema");
  }

  @RiverPoint(8)
  @Test
  void takesAUniqueIndexThatWasBuiltBefore() throws Exception {
    migrator.up(5);
    execute(
        MigrationSql.of(null)
            .sql(6, Direction.UP)
            .replaceAll("(?s)create unique index if not exists.*", ""));
    execute(
        """
        create unique index concurrently river_job_unique_idx on river_job (unique_key)
        where unique_key is not null and unique_states is not null
          and river_job_state_in_bitmask(unique_states, state)
        """);
    String oid = "select 'river_job_unique_idx'::regclass::oid::text";
    List<String> built = column(connection, oid);

    assertThat(migrator.up()).extracting(Version::version).containsExactly(6, 7, 8);

    assertThat(column(connection, oid)).as("the very index").isEqualTo(built);
    assertThat(catalogue()).isEqualTo(recorded(8));
  }

  /** Where max_attempts has no default yet. */
  @RiverPoint(9)
  @Test
  void jobsGoIntoTheOldestTablesThereMayBe() throws Exception {
    migrator.up(6);

    assertThat(driver.executor().jobInsertFast(List.of(job("kind")), Set.of("default"))).hasSize(1);

    assertThat(column(connection, "select max_attempts::text from river_job"))
        .containsExactly("25");
  }

  @Test
  void theTextLeadsToTheSameTables() throws Exception {
    MigrationSql sql = MigrationSql.of(null);
    for (String version : sql.between(0, 8)) {
      execute(version);
    }
    assertThat(catalogue()).isEqualTo(recorded(8));
    assertThat(column(connection, "select version::text from river_migration")).isEmpty();
    for (String version : sql.between(8, 0)) {
      execute(version);
    }
    assertThat(catalogue()).isEmpty();
    assertThat(MigrationSql.of("Jobs").sql(3, Direction.DOWN))
        .startsWith("-- River main migration 003 [down]\n")
        .contains("alter table \"Jobs\".river_job");
  }

  /** For those who keep versions in a table of another tool. */
  @Test
  void theTextNeedsNoVersion1() throws Exception {
    for (String version : MigrationSql.of(null).between(1, 8)) {
      execute(version);
    }
    assertThat(
            column(connection, "select conname from pg_constraint where conname = 'version_gte_1'"))
        .hasSize(1);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"Jobs_2"})
  void ourOwnTableComesAfterRiversAndGoesBefore(String schema) throws Exception {
    execute("create schema if not exists \"Jobs_2\"");
    execute("set search_path to " + (schema == null ? "public" : "\"Jobs_2\""));
    try (Driver here = MigratedDatabase.open(database, schema)) {
      var both = new Migrator(here);
      assertThatThrownBy(() -> new Migrator(here, Migrator.GALA_LINE).up())
          .isInstanceOf(RiverException.class)
          .hasMessageContaining("before version 5 of line \"main\": apply that first");

      assertThat(both.up()).hasSize(9).last().extracting(Version::line).isEqualTo("gala");
      assertThat(column(connection, "select id from gala_client")).isEmpty();
      assertThat(both.up()).isEmpty();
      assertThat(new Migrator(here, Migrator.MAIN_LINE).validate().isUpToDate()).isTrue();
      assertThatThrownBy(() -> new Migrator(here, Migrator.MAIN_LINE).down(4))
          .isInstanceOf(RiverException.class)
          .hasMessageContaining("there are some of \"gala\": migrate those down first");

      assertThat(both.up()).hasSize(3);
      assertThat(both.down(4)).hasSize(5).first().extracting(Version::line).isEqualTo("gala");
      assertThat(here.migrationsApplied("gala")).isEmpty();
      assertThat(both.up()).hasSize(5);
      assertThat(both.downAll()).hasSize(9);
    }
    assertThat(catalogue()).isEmpty();
  }

  @Test
  void versionsAreTakenBackInOrder() {
    migrator.up();
    var seventh = driver.migrations("main").get(6);
    assertThatThrownBy(() -> driver.migrationRevert("main", seventh))
        .isInstanceOf(RiverException.class)
        .hasMessageContaining("version 8 builds on it");
    migrator.down(6);
    assertThatThrownBy(() -> driver.migrationApply("main", driver.migrations("main").get(7)))
        .isInstanceOf(RiverException.class)
        .hasMessageContaining("version 7 is not applied");
    assertThat(driver.migrationsApplied("main")).containsExactly(1, 2, 3, 4, 5, 6);
  }

  private List<String> catalogue() throws Exception {
    return column(connection, resource("catalogue.sql"));
  }

  private static List<String> recorded(int version) throws IOException {
    return resource("catalogue/00" + version + ".txt").lines().toList();
  }

  private static List<Integer> upTo(int version) {
    return IntStream.rangeClosed(1, version).boxed().toList();
  }

  /** What the catalogue keeps of everything but the schema under test. */
  private List<String> outside() throws SQLException {
    return column(
        connection,
        """
        select relnamespace::regnamespace || '.' || relname || ' ' || relfilenode || ' ' || xmin
        from pg_class
        where relnamespace <> '"Jobs_2"'::regnamespace
          and relnamespace::regnamespace::text not in ('pg_catalog', 'pg_toast', 'information_schema')
        union all
        select pronamespace::regnamespace || '.' || proname || ' ' || xmin
        from pg_proc
        where pronamespace = 'public'::regnamespace
        union all
        select typnamespace::regnamespace || '.' || typname || ' ' || xmin
        from pg_type
        where typnamespace = 'public'::regnamespace
        order by 1
        """);
  }

  private List<String> everything() throws SQLException {
    return column(
        connection,
        """
        select 'relation ' || oid || ' ' || xmin from pg_class
        union all
        select 'type ' || oid || ' ' || xmin from pg_type
        union all
        select 'record ' || version || ' ' || xmin from river_migration
        order by 1
        """);
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String resource(String name) throws IOException {
    try (InputStream resource = MigratorOnPostgresTest.class.getResourceAsStream(name)) {
      return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
