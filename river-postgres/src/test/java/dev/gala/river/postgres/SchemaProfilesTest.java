package dev.gala.river.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.river.driver.DatabaseConfig;
import dev.gala.river.driver.Driver;
import dev.gala.river.driver.Maintenance;
import dev.gala.river.job.MaintenanceConfig;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.job.SchemaProfile;
import dev.gala.river.migrate.Migrator;
import dev.gala.test.postgres.TestDatabase;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class SchemaProfilesTest {
  private static final String ARGS = "river_job_args_index";
  private static final String METADATA = "river_job_metadata_index";

  /** Every index of the table with its definition, and all storage parameters. */
  private static final String KEPT =
      """
      select format('%s %s %s', definition, valid, (
        select string_agg(parameter, ' ' order by parameter) from unnest(parameters) as parameter))
      from (
        select pg_get_indexdef(c.oid), i.indisvalid, c.reloptions
        from pg_index as i join pg_class as c on c.oid = i.indexrelid
        where i.indrelid = to_regclass('river_job')
        union all
        select 'table', true, reloptions from pg_class where oid = to_regclass('river_job')
      ) as kept (definition, valid, parameters)
      order by 1
      """;

  private final MigratedDatabase migrated = new MigratedDatabase();
  private final Migrator migrator = new Migrator(migrated.driver);

  @AfterEach
  void close() {
    migrated.close();
  }

  static Stream<Arguments> pairs() {
    return Arrays.stream(SchemaProfile.values())
        .flatMap(
            from ->
                Arrays.stream(SchemaProfile.values())
                    .filter(to -> to != from)
                    .map(to -> Arguments.of(from, to)));
  }

  private List<String> kept() throws SQLException {
    return migrated.column(KEPT);
  }

  private SchemaProfile profile() {
    Migrator.ProfileState state = migrator.profile().orElseThrow();
    assertThat(state.differences()).isEmpty();
    return state.profile().orElseThrow();
  }

  /** What the tables are like with each profile, straight from what River makes. */
  private Map<SchemaProfile, List<String>> targets() throws SQLException {
    Map<SchemaProfile, List<String>> targets = new EnumMap<>(SchemaProfile.class);
    for (SchemaProfile profile : SchemaProfile.values()) {
      try (MigratedDatabase fresh = MigratedDatabase.withProfile(profile)) {
        targets.put(profile, fresh.column(KEPT));
      }
    }
    return targets;
  }

  private static String catalogue() throws Exception {
    try (InputStream resource = SchemaProfilesTest.class.getResourceAsStream("catalogue.sql")) {
      return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void eachIsReachedFromEachAndTheWayBackLeavesNothing() throws Exception {
    List<String> before = kept();
    List<String> everything = migrated.column(catalogue());
    Map<SchemaProfile, List<String>> targets = targets();
    assertThat(profile()).isEqualTo(SchemaProfile.RIVER);
    for (Arguments pair : pairs().toList()) {
      var to = (SchemaProfile) pair.get()[1];
      migrator.applyProfile((SchemaProfile) pair.get()[0]);
      List<String> planned = migrator.planProfile(to);

      List<String> told = new ArrayList<>();
      assertThat(migrator.applyProfile(to, told::add)).isEqualTo(planned).isEqualTo(told);

      assertThat(profile()).isEqualTo(to);
      assertThat(kept()).isEqualTo(targets.get(to));
      assertThat(migrator.applyProfile(to)).isEmpty();
      assertThat(migrator.planProfile(to)).isEmpty();
    }
    migrator.applyProfile(SchemaProfile.RIVER);
    assertThat(kept()).isEqualTo(before);
    assertThat(migrated.column(catalogue())).isEqualTo(everything);
  }

  /** Dies after each of its statements. */
  @ParameterizedTest
  @MethodSource("pairs")
  void goesOnWhereverItDied(SchemaProfile from, SchemaProfile to) throws Exception {
    migrator.applyProfile(from);
    int statementsInAll = migrator.planProfile(to).size();
    int died = 0;
    while (!migrator.planProfile(to).isEmpty()) {
      var statements = new ArrayList<String>();
      try {
        migrator.applyProfile(
            to,
            statement -> {
              statements.add(statement);
              if (statements.size() == 2) {
                throw new IllegalStateException("died");
              }
            });
      } catch (IllegalStateException e) {
        died++;
        assertThat(e).hasMessage("died");
        assertThat(migrator.profile().orElseThrow().differences()).isNotEmpty();
      }
    }
    assertThat(died).isEqualTo(statementsInAll - 1);
    assertThat(profile()).isEqualTo(to);
    try (MigratedDatabase fresh = MigratedDatabase.withProfile(to)) {
      assertThat(kept()).isEqualTo(fresh.column(KEPT));
    }
  }

  /** Does something while a transaction keeps every concurrent build waiting. */
  private void whileATransactionIsOpen(Runnable meanwhile) throws SQLException {
    migrated.execute("insert into river_job (args, kind, max_attempts) values ('{}', 'kind', 25)");
    try (Connection other = migrated.database.connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("update river_job set priority = 2");
      meanwhile.run();
      other.rollback();
    }
  }

  /** Each on a thread of its own: they wait for each other. */
  private static <T> CompletableFuture<T> inBackground(Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, task -> Thread.ofPlatform().start(task));
  }

  private void awaitWaiting(CompletableFuture<?> work) {
    awaitSome(
        "select 1 from pg_stat_activity where datname = current_database()"
            + " and wait_event_type = 'Lock'",
        work);
  }

  private void awaitSome(String sql, CompletableFuture<?> work) {
    try {
      while (migrated.column(sql).isEmpty()) {
        assertThat(work).isNotDone();
        LockSupport.parkNanos(1_000_000);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void assertCode(Throwable failure, RiverError code) {
    assertThat(failure)
        .isInstanceOfSatisfying(RiverException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void anInvalidIndexOfABuildThatFailedIsRebuilt() throws Exception {
    List<String> before = kept();
    migrator.applyProfile(SchemaProfile.EVENTS_MAX);
    whileATransactionIsOpen(
        () ->
            assertThatThrownBy(
                    () ->
                        migrator
                            .withStatementTimeout(Duration.ofSeconds(1))
                            .applyProfile(SchemaProfile.RIVER))
                .satisfies(e -> assertCode(e, RiverError.TIMED_OUT)));

    assertThat(migrator.profile().orElseThrow().profile()).isEmpty();
    assertThat(migrated.driver.schemaProfiles().differences().get(SchemaProfile.RIVER))
        .containsExactly(
            "river_job_args_index is not valid: a build of it died, or is under way",
            METADATA + " is missing");
    assertThat(migrator.applyProfile(SchemaProfile.RIVER)).hasSize(3);
    assertThat(kept()).isEqualTo(before);
  }

  @Test
  void goesOnAfterOneDeadlockAfterTheOther() throws Exception {
    List<String> before = kept();
    migrator.applyProfile(SchemaProfile.EVENTS_MAX);
    var pool = new DatabaseConfig.Pool(new Deadlocking(migrated, new AtomicInteger(3)));
    try (Driver deadlocking =
        new PostgresDriverProvider().open(new DatabaseConfig(pool, null, "profiles", 3))) {
      assertThat(new Migrator(deadlocking).applyProfile(SchemaProfile.RIVER))
          .filteredOn(statement -> statement.startsWith("drop index"))
          .hasSize(3);
    }
    assertThat(kept()).isEqualTo(before);
  }

  /** Builds of one index end, so many times, as the server ends one of two that wait in a ring. */
  private record Deadlocking(MigratedDatabase migrated, AtomicInteger times)
      implements ConnectionSource {
    @Override
    public Connection getConnection() throws SQLException {
      return Proxies.of(
          Connection.class,
          migrated.database.connect(),
          (method, arguments, call) ->
              method.equals("createStatement") ? statement((Statement) call.make()) : call.make());
    }

    private Statement statement(Statement statement) {
      return Proxies.of(
          Statement.class,
          statement,
          (method, arguments, call) -> {
            @Nullable Object answer = call.make();
            if (method.equals("execute")
                && ((String) arguments[0]).startsWith("create index concurrently " + ARGS)
                && times.getAndDecrement() > 0) {
              migrated.execute(
                  "update pg_index set indisvalid = false where indexrelid = '"
                      + ARGS
                      + "'::regclass");
              throw new SQLException("deadlock detected", "40P01");
            }
            return answer;
          });
    }
  }

  @Test
  void whatARebuildThatDiedLeftIsDroppedAndWhatOneBuildsIsNot() throws Exception {
    List<String> before = kept();
    Maintenance maintenance = migrated.driver.maintenance();
    var canceller = new AtomicReference<Runnable>();
    whileATransactionIsOpen(
        () -> {
          var rebuild =
              CompletableFuture.runAsync(
                  () -> maintenance.indexReindex(ARGS, null, canceller::set));
          awaitWaiting(rebuild);
          assertThat(maintenance.indexArtifacts(ARGS)).containsExactly(ARGS + "_ccnew");
          assertThat(profile()).isEqualTo(SchemaProfile.RIVER);
          canceller.get().run();
          assertThatThrownBy(rebuild::join).hasCauseInstanceOf(RiverException.class);
        });
    assertThat(migrator.profile().orElseThrow().differences())
        .containsExactly(ARGS + "_ccnew is there: a rebuild that died left it");

    assertThat(migrator.applyProfile(SchemaProfile.EVENTS))
        .endsWith("drop index concurrently if exists public." + ARGS + "_ccnew");
    assertThat(profile()).isEqualTo(SchemaProfile.EVENTS);
    assertThat(maintenance.indexArtifacts(ARGS)).isEmpty();
    migrator.applyProfile(SchemaProfile.RIVER);
    assertThat(kept()).isEqualTo(before);
  }

  /** What somebody made and can use is his, whatever its name. */
  @Test
  void anIndexInUseIsNothingLeft() throws Exception {
    migrated.execute("create index " + ARGS + "_ccnew on river_job using gin (args)");
    assertThat(migrator.applyProfile(SchemaProfile.EVENTS_MAX)).hasSize(3);
    assertThat(migrated.driver.maintenance().indexesExist(List.of(ARGS + "_ccnew"))).hasSize(1);
  }

  @Test
  void goesOnAfterTheServerEndedItsSession() throws Exception {
    List<String> before = kept();
    migrator.applyProfile(SchemaProfile.EVENTS);
    whileATransactionIsOpen(
        () -> {
          var run = inBackground(() -> migrator.applyProfile(SchemaProfile.RIVER));
          awaitSome(
              "select pg_terminate_backend(pid) from pg_stat_activity"
                  + " where datname = current_database() and wait_event_type = 'Lock'",
              run);
          assertThatThrownBy(run::join).hasCauseInstanceOf(RiverException.class);
        });
    migrator.applyProfile(SchemaProfile.RIVER);
    assertThat(kept()).isEqualTo(before);
  }

  @Test
  void severalAtOnceTakeTurns() throws Exception {
    Map<SchemaProfile, List<String>> targets = targets();
    try (Driver other = MigratedDatabase.open(migrated.database, null)) {
      var there = new Migrator(other);
      for (int round = 0; round < 3; round++) {
        var runs =
            Stream.of(
                    CompletableFuture.runAsync(() -> migrator.applyProfile(SchemaProfile.EVENTS)),
                    CompletableFuture.runAsync(() -> there.applyProfile(SchemaProfile.RIVER)),
                    CompletableFuture.runAsync(() -> there.applyProfile(SchemaProfile.EVENTS)))
                .toList();
        runs.forEach(CompletableFuture::join);
        SchemaProfile last = profile();
        assertThat(last).isIn(SchemaProfile.EVENTS, SchemaProfile.RIVER);
        assertThat(kept()).isEqualTo(targets.get(last));
      }
    }
  }

  /** A build waits for every snapshot there is: nobody may have one who waits for the build. */
  @Test
  void migrationsAndOthersWaitWithoutBeingWaitedFor() throws Exception {
    migrator.applyProfile(SchemaProfile.EVENTS);
    migrator.down(6);
    try (Driver other = MigratedDatabase.open(migrated.database, null)) {
      var there = new Migrator(other);
      var runs = new ArrayList<CompletableFuture<?>>();
      whileATransactionIsOpen(
          () -> {
            runs.add(inBackground(() -> migrator.applyProfile(SchemaProfile.RIVER)));
            awaitWaiting(runs.getFirst());
            runs.add(inBackground(there::up));
            runs.add(inBackground(() -> there.applyProfile(SchemaProfile.RIVER)));
            awaitSome(
                "select 1 from pg_stat_activity where datname = current_database()"
                    + " and (query like '%pg_try_advisory_xact_lock(%' or query = 'ROLLBACK')"
                    + " and pid <> pg_backend_pid()",
                runs.getLast());
          });
      runs.forEach(CompletableFuture::join);
    }
    assertThat(profile()).isEqualTo(SchemaProfile.RIVER);
    assertThat(migrator.validate().isUpToDate()).isTrue();
  }

  @Test
  void whatOthersWouldQueueBehindIsTriedForAgainAndAgain() throws Exception {
    migrator.applyProfile(SchemaProfile.EVENTS);
    migrated.execute("alter index " + METADATA + " reset (gin_pending_list_limit)");
    var runs = new ArrayList<CompletableFuture<?>>();
    whileATransactionIsOpen(
        () -> {
          assertThatThrownBy(
                  () ->
                      migrator
                          .withStatementTimeout(Duration.ofSeconds(2))
                          .applyProfile(SchemaProfile.EVENTS))
              .satisfies(e -> assertCode(e, RiverError.ROW_LOCKED))
              .hasMessageContaining("in vain: alter index public." + METADATA)
              .hasMessageContaining("pg_stat_activity");
          runs.add(inBackground(() -> migrator.applyProfile(SchemaProfile.EVENTS)));
          awaitWaiting(runs.getFirst());
        });
    runs.forEach(CompletableFuture::join);
    assertThat(profile()).isEqualTo(SchemaProfile.EVENTS);
    assertThat(
            migrated.column(
                "select 1 from pg_locks where locktype = 'advisory' and database ="
                    + " (select oid from pg_database where datname = current_database())"))
        .isEmpty();
  }

  @Test
  void whoeverChangedItTheCatalogueTells() throws Exception {
    List<String> before = kept();
    migrated.execute("drop index " + METADATA);
    assertThat(migrator.profile())
        .contains(
            new Migrator.ProfileState(SchemaProfile.RIVER, List.of(METADATA + " is missing")));
    migrated.execute(
        "create index " + METADATA + " on river_job using gin (metadata jsonb_path_ops)");
    assertThat(migrator.profile().orElseThrow().differences())
        .hasSize(1)
        .first()
        .asString()
        .startsWith(METADATA + " is another index than River's (CREATE INDEX ")
        .contains("jsonb_path_ops");
    migrated.execute("alter table river_job set (fillfactor = 90)");
    assertThat(migrator.applyProfile(SchemaProfile.RIVER)).hasSize(2);
    assertThat(profile()).isEqualTo(SchemaProfile.RIVER);
    assertThat(migrated.value("select reloptions from pg_class where relname = 'river_job'"))
        .isEqualTo("{fillfactor=90}");
    migrated.execute("alter table river_job reset (fillfactor)");
    assertThat(kept()).isEqualTo(before);

    migrator.applyProfile(SchemaProfile.EVENTS);
    migrated.execute("alter table river_job set (autovacuum_vacuum_scale_factor = 0.010)");
    assertThat(profile()).isEqualTo(SchemaProfile.EVENTS);
  }

  @ParameterizedTest
  @EnumSource(SchemaProfile.class)
  void migrationsGoDownAndUpOnEach(SchemaProfile profile) throws Exception {
    List<String> everything = migrated.column(catalogue());
    migrator.applyProfile(profile);
    assertThat(migrator.validate().isUpToDate()).isTrue();
    for (int target = 7; target > 1; target--) {
      migrator.down(target);
      assertThat(profile()).isEqualTo(profile);
      migrator.up();
      assertThat(profile()).isEqualTo(profile);
      assertThat(migrator.validate().isUpToDate()).isTrue();
    }
    migrator.down(2);
    migrator.applyProfile(SchemaProfile.RIVER);
    migrator.applyProfile(profile);
    migrator.up();
    assertThat(profile()).isEqualTo(profile);

    migrator.downAll();
    assertThat(migrated.column(catalogue())).isEmpty();
    assertThat(migrator.profile()).isEmpty();
    assertThatThrownBy(() -> migrator.applyProfile(profile))
        .satisfies(e -> assertCode(e, RiverError.SCHEMA_OUTDATED))
        .hasMessageContaining("there is no table river_job")
        .hasMessageContaining("migrate up first");
    migrator.up();
    assertThat(profile()).isEqualTo(SchemaProfile.RIVER);
    assertThat(migrated.column(catalogue())).isEqualTo(everything);
  }

  @ParameterizedTest
  @EnumSource(SchemaProfile.class)
  void rebuildsPassOverWhatIsMissingAndKeepTheProfile(SchemaProfile profile) {
    migrator.applyProfile(profile);
    Maintenance maintenance = migrated.driver.maintenance();
    List<String> usual = MaintenanceConfig.defaults().reindexIndexes();

    assertThat(maintenance.indexesExist(usual))
        .hasSize(5 + profile.searchIndexes().size())
        .containsAll(profile.searchIndexes());
    maintenance
        .indexesExist(usual)
        .forEach(index -> maintenance.indexReindex(index, null, canceller -> {}));
    assertThat(profile()).isEqualTo(profile);
  }

  /** Two that build on one table may each wait for the other; the server then ends one. */
  @Test
  void aLeaderThatRebuildsIndexesMeanwhileDoesNotFailIt() throws Exception {
    Maintenance maintenance = migrated.driver.maintenance();
    var over = new AtomicBoolean();
    var rebuilds =
        CompletableFuture.runAsync(
            () -> {
              while (!over.get()) {
                rebuild(maintenance, "river_job_kind");
                rebuild(maintenance, METADATA);
              }
            });
    for (int round = 0; round < 3; round++) {
      for (SchemaProfile profile : SchemaProfile.values()) {
        migrator.applyProfile(profile);
        Migrator.ProfileState state = migrator.profile().orElseThrow();
        assertThat(state.nearest()).isEqualTo(profile);
        // The rebuild may just have died once more.
        assertThat(state.differences()).allMatch(text -> text.contains("_cc"));
      }
    }
    over.set(true);
    rebuilds.join();
  }

  private static void rebuild(Maintenance maintenance, String index) {
    try {
      maintenance.indexReindex(index, null, canceller -> {});
    } catch (RiverException e) {
      assertThat(e.code())
          .isIn(RiverError.NOT_FOUND, RiverError.DATABASE, RiverError.SCHEMA_OUTDATED);
      maintenance.indexDropArtifacts(index, Duration.ofSeconds(20));
    }
  }

  @Test
  void staysInItsSchema() throws Exception {
    List<String> outside = kept();
    migrated.execute("create schema \"Jobs_2\"");
    try (Driver inSchema = MigratedDatabase.open(migrated.database, "Jobs_2")) {
      var there = new Migrator(inSchema);
      assertThatThrownBy(() -> there.planProfile(SchemaProfile.EVENTS))
          .satisfies(e -> assertCode(e, RiverError.SCHEMA_OUTDATED))
          .hasMessageContaining("in schema \"Jobs_2\"");
      there.up();
      for (SchemaProfile profile : SchemaProfile.values()) {
        there.applyProfile(profile);
        assertThat(there.profile().orElseThrow().profile()).contains(profile);
        assertThat(kept()).isEqualTo(outside);
      }
      there.applyProfile(SchemaProfile.EVENTS_MAX);
      assertThat(there.applyProfile(SchemaProfile.RIVER))
          .contains(
              "create index concurrently river_job_args_index on \"Jobs_2\".river_job using gin"
                  + " (args)");
    }
    assertThat(profile()).isEqualTo(SchemaProfile.RIVER);
  }

  @Test
  void needsASession() {
    TestDatabase database = migrated.database;
    var config =
        new DatabaseConfig(
            new DatabaseConfig.Url(database.url()), null, "profiles", 3, null, null, true);
    try (Driver pooled = new PostgresDriverProvider().open(config)) {
      var there = new Migrator(pooled);
      assertThat(there.profile().orElseThrow().profile()).contains(SchemaProfile.RIVER);
      assertThatThrownBy(() -> there.applyProfile(SchemaProfile.EVENTS))
          .satisfies(e -> assertCode(e, RiverError.CONFIG_INVALID))
          .hasMessageContaining("listenUrl")
          .hasMessageContaining("connect to the server itself");
    }
    assertThat(profile()).isEqualTo(SchemaProfile.RIVER);
  }
}
