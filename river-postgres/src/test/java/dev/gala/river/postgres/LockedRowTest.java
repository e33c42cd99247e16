package dev.gala.river.postgres;

import static dev.gala.river.postgres.MigratedDatabase.job;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.driver.DatabaseConfig;
import dev.gala.river.driver.Driver;
import dev.gala.river.driver.Executor;
import dev.gala.river.driver.JobInsertedRow;
import dev.gala.river.driver.JobSetStateParams;
import dev.gala.river.job.AttemptId;
import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.job.UniqueKey;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever has to wait for a row goes by the row as it is then. */
class LockedRowTest {
  private static final Instant END = Instant.parse("2026-05-06T07:08:09.123456Z");
  private static final String RUN =
      "update river_job set state = 'running', attempt = 1, finalized_at = null,"
          + " attempted_at = '2026-01-02T03:04:05Z'";
  private static final String COMPLETE =
      "update river_job set state = 'completed', finalized_at = now()";

  private MigratedDatabase migrated;

  @BeforeEach
  void open() {
    migrated = new MigratedDatabase();
  }

  @AfterEach
  void close() {
    migrated.close();
  }

  private long insert() {
    return migrated.driver.executor().jobInsertFast(List.of(job("kind")), Set.of()).getFirst().id();
  }

  /**
   * What {@code work} returns, which waits for a transaction that does {@code sql}. Its connection
   * waits as long as it takes.
   */
  private <T> T waitingFor(String sql, Function<Executor, T> work) throws Exception {
    try (Connection other = migrated.database.connect();
        Statement statement = other.createStatement();
        Connection mine = migrated.driver.connect()) {
      other.setAutoCommit(false);
      statement.execute(sql);
      CompletableFuture<T> result = CompletableFuture.supplyAsync(() -> committed(mine, work));
      while (migrated
          .value(
              "select count(*) from pg_stat_activity where datname = current_database()"
                  + " and wait_event_type = 'Lock'")
          .equals("0")) {
        assertThat(result).isNotDone();
        Thread.onSpinWait();
      }
      other.commit();
      return result.get();
    }
  }

  private <T> T committed(Connection mine, Function<Executor, T> work) {
    try {
      mine.setAutoCommit(false);
      T result = work.apply(migrated.driver.executor(mine));
      mine.commit();
      return result;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private JobRow row(long id) {
    return migrated.driver.executor().jobGet(id);
  }

  @Test
  void cancelLeavesWhatEndedMeanwhile() throws Exception {
    long id = insert();

    JobRow returned = waitingFor(COMPLETE, mine -> mine.jobCancel(id, END));

    assertThat(returned).isEqualTo(row(id));
    assertThat(returned.state()).isEqualTo(JobState.COMPLETED);
    assertThat(returned.metadata()).isEqualTo("{}");
  }

  @Test
  void cancelOnlyMarksWhatWasClaimedMeanwhile() throws Exception {
    long id = insert();

    JobRow returned = waitingFor(RUN, mine -> mine.jobCancel(id, END));

    assertThat(returned).isEqualTo(row(id));
    assertThat(returned.state()).isEqualTo(JobState.RUNNING);
    assertThat(returned.metadata()).contains("cancel_attempted_at");
  }

  @Test
  void retryLeavesWhatWasClaimedMeanwhile() throws Exception {
    long id = insert();
    migrated.execute(COMPLETE);

    JobRow returned = waitingFor(RUN, mine -> mine.jobRetry(id));

    assertThat(returned).isEqualTo(row(id));
    assertThat(returned.state()).isEqualTo(JobState.RUNNING);
  }

  @Test
  void retryTakesBackWhatEndedMeanwhile() throws Exception {
    long id = insert();
    migrated.execute(RUN);

    JobRow returned = waitingFor(COMPLETE, mine -> mine.jobRetry(id));

    assertThat(returned).isEqualTo(row(id));
    assertThat(returned.state()).isEqualTo(JobState.AVAILABLE);
  }

  @Test
  void deleteLeavesWhatWasClaimedMeanwhile() throws Exception {
    long id = insert();

    JobRow returned = waitingFor(RUN, mine -> mine.jobDelete(id));

    assertThat(returned).isEqualTo(row(id));
    assertThat(returned.state()).isEqualTo(JobState.RUNNING);
  }

  @Test
  void updateMergesIntoWhatWasWrittenMeanwhile() throws Exception {
    long id = insert();

    JobRow returned =
        waitingFor(
            "update river_job set metadata = '{\"a\": 1}'",
            mine -> mine.jobUpdate(id, "{\"b\": 2}"));

    assertThat(returned.metadata()).isEqualTo("{\"a\": 1, \"b\": 2}");
  }

  @Test
  void anOutcomeReturnsTheRowThatEndedMeanwhile() throws Exception {
    long id = insert();
    migrated.execute(RUN);
    var attempt = new AttemptId(id, 1, Instant.parse("2026-01-02T03:04:05Z"));
    var outcome = new JobSetStateParams(attempt, JobState.DISCARDED, null, null, END, null, null);

    JobRow returned =
        waitingFor(
            COMPLETE, mine -> mine.jobSetStateIfRunning(List.of(outcome), true).getFirst().row());

    assertThat(returned).isEqualTo(row(id));
    assertThat(returned.state()).isEqualTo(JobState.COMPLETED);
  }

  @Test
  void aRowOfAnApplicationsThatRefersToTheJobLocksNothing() throws Exception {
    long id = insert();
    migrated.execute(RUN);
    migrated.execute("create table note (job bigint references river_job (id))");
    var attempt = new AttemptId(id, 1, Instant.parse("2026-01-02T03:04:05Z"));
    try (Connection application = migrated.database.connect();
        Statement statement = application.createStatement()) {
      application.setAutoCommit(false);
      statement.execute("insert into note select id from river_job");

      assertThat(migrated.driver.executor().jobComplete(List.of(attempt), END)).containsExactly(id);
      application.commit();
    }
  }

  @Test
  @RiverPoint(32)
  void aDuplicateWaitsAndThenFindsTheRowAsItIs() throws Exception {
    JobInsertParams unique = unique();
    long id =
        migrated.driver.executor().jobInsertUnique(List.of(unique), Set.of()).getFirst().job().id();

    JobInsertedRow returned =
        waitingFor(
            "update river_job set metadata = '{\"a\": 1}'",
            mine -> mine.jobInsertUnique(List.of(unique), Set.of()).getFirst());

    assertThat(returned).isEqualTo(new JobInsertedRow(row(id), true));
    assertThat(returned.job().metadata()).isEqualTo("{\"a\": 1}");
  }

  /** In sessions that wait for ever, and in one whose own patience is shorter. */
  @ParameterizedTest
  @ValueSource(strings = {"0", "50ms"})
  @RiverPoint(32)
  void aKeyHeldInAnOpenTransactionIsNotWaitedForWithoutEnd(String patience) throws Exception {
    try (Connection stranger = migrated.database.connect();
        Connection session = migrated.database.connect();
        Statement settings = session.createStatement()) {
      settings.execute("set lock_timeout = '" + patience + "'");
      stranger.setAutoCommit(false);
      migrated.driver.executor(stranger).jobInsertUnique(List.of(unique()), Set.of());
      try (Driver driver =
          new PostgresDriverProvider()
              .open(
                  new DatabaseConfig(
                      new DatabaseConfig.Pool(new Lender(session)), null, "locked", 2))) {
        assertThatThrownBy(
                () -> driver.executor().jobInsertUnique(List.of(unique()), Set.of("default")))
            .isInstanceOfSatisfying(
                RiverException.class, e -> assertThat(e.code()).isEqualTo(RiverError.ROW_LOCKED));
        stranger.commit();
        assertThat(driver.executor().jobInsertUnique(List.of(unique()), Set.of()))
            .singleElement()
            .extracting(JobInsertedRow::duplicate)
            .isEqualTo(true);
      }
      assertThat(MigratedDatabase.column(session, "show lock_timeout")).containsExactly(patience);
    }
  }

  @Test
  void aCallersTransactionKeepsItsOwnPatience() throws Exception {
    try (Connection mine = migrated.driver.connect()) {
      mine.setAutoCommit(false);
      String before = MigratedDatabase.column(mine, "show lock_timeout").getFirst();
      migrated.driver.executor(mine).jobInsertUnique(List.of(unique()), Set.of());
      assertThat(MigratedDatabase.column(mine, "show lock_timeout")).containsExactly(before);
      mine.rollback();
    }
  }

  private static JobInsertParams unique() {
    JobInsertParams plain = job("kind");
    return new JobInsertParams(
        plain.args(),
        plain.kind(),
        plain.maxAttempts(),
        plain.metadata(),
        plain.priority(),
        plain.queue(),
        plain.scheduledAt(),
        plain.state(),
        plain.tags(),
        new UniqueKey("ab".repeat(32)),
        0b1111_0101);
  }
}
