package dev.gala.river.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.driver.DatabaseConfig;
import dev.gala.river.driver.Driver;
import dev.gala.river.driver.Maintenance;
import dev.gala.river.job.MaintenanceConfig;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IndexRebuildsTest {
  private static final String INDEX = "river_job_kind";
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private MigratedDatabase migrated;
  private Maintenance maintenance;

  @BeforeEach
  void open() throws SQLException {
    migrated = new MigratedDatabase();
    maintenance = migrated.driver.maintenance();
    migrated.execute(
        "insert into river_job (args, kind, max_attempts) select '{}', 'kind', 25 from"
            + " generate_series(1, 100)");
  }

  @AfterEach
  void close() {
    migrated.close();
  }

  private String oid() throws SQLException {
    return migrated.value("select '" + INDEX + "'::regclass::oid");
  }

  @Test
  @RiverPoint(91)
  void anIndexIsRebuiltBesideItsUse() throws Exception {
    String before = oid();

    maintenance.indexReindex(INDEX, LIMIT, canceller -> {});

    assertThat(oid()).isNotEqualTo(before);
    assertThat(maintenance.indexArtifacts(INDEX)).isEmpty();
  }

  @Test
  @RiverPoint(91)
  void allOfTheUsualIndexesCanBeRebuilt() {
    List<String> usual = MaintenanceConfig.defaults().reindexIndexes();
    assertThat(maintenance.indexesExist(usual)).containsExactlyInAnyOrderElementsOf(usual);
    usual.forEach(index -> maintenance.indexReindex(index, null, canceller -> {}));
    assertThat(usual).allSatisfy(index -> assertThat(maintenance.indexArtifacts(index)).isEmpty());
  }

  @Test
  @RiverPoint(91)
  void missingIndexesAreKnown() {
    assertThat(maintenance.indexesExist(List.of(INDEX, "absent", "river_job")))
        .containsExactly(INDEX);
    assertThatThrownBy(() -> maintenance.indexReindex("absent", LIMIT, canceller -> {}))
        .isInstanceOfSatisfying(
            RiverException.class, e -> assertThat(e.code()).isEqualTo(RiverError.NOT_FOUND));
  }

  /** Does something while a transaction keeps every rebuild waiting. */
  private void whileATransactionIsOpen(Runnable meanwhile) throws SQLException {
    try (Connection other = migrated.database.connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("update river_job set priority = 2 where id = 1");
      meanwhile.run();
      other.rollback();
    }
  }

  private static void assertTimedOut(Throwable failure) {
    assertThat(failure)
        .isInstanceOfSatisfying(
            RiverException.class, e -> assertThat(e.code()).isEqualTo(RiverError.TIMED_OUT));
  }

  @Test
  @RiverPoint(91)
  void whatTakesTooLongLeavesAnArtifactThatCanBeDropped() throws Exception {
    String before = oid();
    whileATransactionIsOpen(
        () ->
            assertThatThrownBy(
                    () -> maintenance.indexReindex(INDEX, Duration.ofSeconds(1), canceller -> {}))
                .satisfies(IndexRebuildsTest::assertTimedOut));

    assertThat(maintenance.indexArtifacts(INDEX)).containsExactly(INDEX + "_ccnew");
    assertThat(maintenance.indexArtifacts("river_job_pkey")).isEmpty();
    assertThat(maintenance.indexDropArtifacts(INDEX, LIMIT)).containsExactly(INDEX + "_ccnew");
    assertThat(maintenance.indexArtifacts(INDEX)).isEmpty();
    assertThat(maintenance.indexDropArtifacts(INDEX, LIMIT)).isEmpty();
    assertThat(oid()).isEqualTo(before);
  }

  @Test
  @RiverPoint(91)
  void aRebuildUnderWayCanBeEnded() throws Exception {
    var canceller = new AtomicReference<Runnable>();
    whileATransactionIsOpen(
        () -> {
          CompletableFuture<Void> rebuild =
              CompletableFuture.runAsync(
                  () -> maintenance.indexReindex(INDEX, null, canceller::set));
          awaitWaiting(rebuild);
          Objects.requireNonNull(canceller.get()).run();
          assertThatThrownBy(rebuild::get)
              .isInstanceOf(ExecutionException.class)
              .cause()
              .satisfies(IndexRebuildsTest::assertTimedOut);
        });
    canceller.get().run();
    maintenance.indexDropArtifacts(INDEX, LIMIT);
    maintenance.indexReindex(INDEX, LIMIT, again -> {});
  }

  private void awaitWaiting(CompletableFuture<Void> rebuild) {
    try {
      while (migrated
          .value(
              "select count(*) from pg_stat_activity where datname = current_database()"
                  + " and wait_event_type = 'Lock'")
          .equals("0")) {
        assertThat(rebuild).isNotDone();
        Thread.onSpinWait();
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A server that vanished neither answers nor does as it is asked. */
  @Test
  void whereTheServerDoesNotAnswerTheConnectionIsBrokenOff() throws Exception {
    var canceller = new AtomicReference<Runnable>();
    var limits = new CopyOnWriteArrayList<Integer>();
    try (Connection lent = migrated.database.connect();
        Driver driver = open(new Deaf(new Lender(lent), limits))) {
      whileATransactionIsOpen(
          () -> {
            CompletableFuture<Void> rebuild =
                CompletableFuture.runAsync(
                    () -> driver.maintenance().indexReindex(INDEX, LIMIT, canceller::set));
            awaitWaiting(rebuild);
            assertThat(limits.getLast()).isEqualTo(30_000);
            while (!rebuild.isDone()) {
              Objects.requireNonNull(canceller.get()).run();
            }
            assertThatThrownBy(rebuild::get)
                .cause()
                .isInstanceOfSatisfying(
                    RiverException.class,
                    e -> assertThat(e.code()).isEqualTo(RiverError.OUTCOME_UNKNOWN));
          });
      canceller.get().run();
      assertThat(lent.isClosed()).isTrue();
    }
  }

  private static Driver open(ConnectionSource source) {
    return new PostgresDriverProvider()
        .open(new DatabaseConfig(new DatabaseConfig.Pool(source), null, "rebuilds", 4));
  }

  /** Gives connections whose statements cannot be cancelled. */
  private record Deaf(Lender lender, List<Integer> limits) implements ConnectionSource {
    @Override
    public Connection getConnection() {
      return Proxies.of(
          Connection.class,
          lender.getConnection(),
          (method, arguments, call) -> {
            if (method.equals("setNetworkTimeout")) {
              limits.add((Integer) arguments[1]);
            }
            return method.equals("createStatement") ? deaf((Statement) call.make()) : call.make();
          });
    }

    private static Statement deaf(Statement statement) {
      return Proxies.of(
          Statement.class,
          statement,
          (method, arguments, call) -> method.equals("cancel") ? null : call.make());
    }
  }

  @Test
  void anIndexInUseIsNeverAnArtifact() throws Exception {
    migrated.execute("create index river_job_kind_ccnew on river_job (kind)");
    migrated.execute("create index river_job_kind_mine on river_job (kind)");

    assertThat(maintenance.indexArtifacts(INDEX)).isEmpty();
    assertThat(maintenance.indexDropArtifacts(INDEX, LIMIT)).isEmpty();
    assertThat(maintenance.indexesExist(List.of("river_job_kind_ccnew"))).hasSize(1);
  }
}
