package dev.gala.river.postgres;

import static dev.gala.river.postgres.MigratedDatabase.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.driver.Executor;
import dev.gala.river.driver.JobGetAvailableParams;
import dev.gala.river.driver.JobSetStateParams;
import dev.gala.river.driver.JobSetStateResult;
import dev.gala.river.job.AttemptError;
import dev.gala.river.job.AttemptId;
import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.JobState;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JobSetStateIfRunningTest {
  private static final Instant END = Instant.parse("2026-05-06T07:08:09.123456Z");
  private static final String END_IN_SQL = "2026-05-06 07:08:09.123456+00";
  private static final AttemptError ERROR =
      new AttemptError(Instant.parse("2026-05-06T07:08:00Z"), 1, "böse\n\"x\"", "at\n\ty");

  private MigratedDatabase migrated;
  private Executor executor;

  @BeforeEach
  void open() {
    migrated = new MigratedDatabase();
    executor = migrated.driver.executor();
  }

  @AfterEach
  void close() {
    migrated.close();
  }

  private List<AttemptId> claimed(int count) {
    List<JobInsertParams> jobs = IntStream.range(0, count).mapToObj(n -> job("kind")).toList();
    executor.jobInsertFast(jobs, Set.of());
    return executor
        .jobGetAvailable(new JobGetAvailableParams("me", List.of("kind"), count, "default"))
        .stream()
        .map(claimed -> claimed.job().attemptId())
        .toList();
  }

  private JobState set(JobSetStateParams params) {
    List<JobSetStateResult> results = executor.jobSetStateIfRunning(List.of(params), false);
    assertThat(results).hasSize(1);
    assertThat(results.getFirst().jobId()).isEqualTo(params.attemptId().jobId());
    return results.getFirst().state();
  }

  /** Of a caller's own, which waits for locks. */
  private JobState setInTransaction(JobSetStateParams params) {
    try (Connection mine = migrated.driver.connect()) {
      mine.setAutoCommit(false);
      JobState state =
          migrated
              .driver
              .executor(mine)
              .jobSetStateIfRunning(List.of(params), false)
              .getFirst()
              .state();
      mine.commit();
      return state;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private String row(String columns) throws Exception {
    return migrated.value(
        "select concat_ws('|', " + columns + ") from (select * from river_job) as job");
  }

  @Test
  void completesWithMetadata() throws Exception {
    AttemptId id = claimed(1).getFirst();
    migrated.execute("update river_job set metadata = '{\"keep\": 1e400, \"over\": 1}'");

    JobState state =
        set(
            new JobSetStateParams(
                id,
                JobState.COMPLETED,
                null,
                null,
                END,
                "{\"over\": {\"ü\": 123456789012345678901234567890}}",
                null));

    assertThat(state).isEqualTo(JobState.COMPLETED);
    assertThat(row("state, finalized_at at time zone 'utc', attempt, errors, metadata -> 'over'"))
        .isEqualTo(
            "completed|2026-05-06 07:08:09.123456|1|{\"ü\": 123456789012345678901234567890}");
    assertThat(row("metadata ->> 'keep' = 1e400::numeric::text")).isEqualTo("t");
  }

  @Test
  @RiverPoint({53, 54})
  void appendsAnErrorAsRiverWritesIt() throws Exception {
    AttemptId id = claimed(1).getFirst();
    Instant again = Instant.parse("2026-06-01T00:00:00.5Z");

    JobState state =
        set(new JobSetStateParams(id, JobState.RETRYABLE, null, ERROR, null, null, again));

    assertThat(state).isEqualTo(JobState.RETRYABLE);
    assertThat(row("state, scheduled_at at time zone 'utc', finalized_at, metadata"))
        .isEqualTo("retryable|2026-06-01 00:00:00.5|{}");
    assertThat(row("array_length(errors, 1), errors[1]"))
        .isEqualTo(
            "1|{\"at\": \"2026-05-06T07:08:00Z\", \"error\": \"böse\\n\\\"x\\\"\","
                + " \"trace\": \"at\\n\\ty\", \"attempt\": 1}");
  }

  @Test
  void writesTimesWithoutTrailingZeros() throws Exception {
    AttemptId id = claimed(1).getFirst();
    var error = new AttemptError(Instant.parse("2026-05-06T07:00:00.120Z"), 1, "e", "");

    set(new JobSetStateParams(id, JobState.DISCARDED, null, error, END, null, null));

    assertThat(row("errors[1] ->> 'at', errors[1] ->> 'trace'"))
        .isEqualTo("2026-05-06T07:00:00.12Z|");
  }

  @Test
  void storesTextThatJsonbWouldRefuse() throws Exception {
    AttemptId id = claimed(1).getFirst();
    var error = new AttemptError(END, 1, "nul \0 half \uD83D whole \uD83D\uDE00", "\uDE00\0");

    set(
        new JobSetStateParams(
            id,
            JobState.DISCARDED,
            null,
            error,
            END,
            "{\"k\\u0000\": \"\\uD83D \\ud83d\\ude00 \\\\u0000\"}",
            null));

    assertThat(row("errors[1] ->> 'error', errors[1] ->> 'trace'"))
        .isEqualTo("nul \uFFFD half \uFFFD whole \uD83D\uDE00|\uFFFD\uFFFD");
    assertThat(row("metadata ->> (U&'k\\FFFD')")).isEqualTo("\uFFFD \uD83D\uDE00 \\u0000");
  }

  @Test
  void givesAnAttemptBackForASnooze() throws Exception {
    AttemptId id = claimed(1).getFirst();

    JobState state =
        set(
            new JobSetStateParams(
                id, JobState.SCHEDULED, 0, null, null, "{\"snoozes\": 1}", END.plusSeconds(60)));

    assertThat(state).isEqualTo(JobState.SCHEDULED);
    assertThat(row("state, attempt, errors, metadata")).isEqualTo("scheduled|0|{\"snoozes\": 1}");
  }

  @Test
  void cancelsInsteadOfRetryingWhatIsToBeCancelled() throws Exception {
    List<AttemptId> ids = claimed(4);
    migrated.execute(
        "update river_job set scheduled_at = '2026-01-01T00:00:00Z',"
            + " metadata = '{\"cancel_attempted_at\": \"2026-01-01T00:00:00Z\"}'");
    Instant again = END.plusSeconds(60);

    List<JobSetStateResult> results =
        executor.jobSetStateIfRunning(
            List.of(
                new JobSetStateParams(
                    ids.get(0), JobState.RETRYABLE, null, ERROR, null, "{\"m\": 1}", again),
                new JobSetStateParams(ids.get(1), JobState.SCHEDULED, 0, null, null, null, again),
                new JobSetStateParams(ids.get(2), JobState.AVAILABLE, 0, null, null, null, again),
                new JobSetStateParams(ids.get(3), JobState.COMPLETED, null, null, END, null, null)),
            false);

    assertThat(results)
        .extracting(JobSetStateResult::state)
        .containsExactlyInAnyOrder(
            JobState.CANCELLED, JobState.CANCELLED, JobState.AVAILABLE, JobState.COMPLETED);
    assertThat(
            migrated.column(
                "select concat_ws('|', state, attempt, scheduled_at at time zone 'utc',"
                    + " finalized_at > now() - interval '1 hour', cardinality(errors),"
                    + " metadata -> 'm') from river_job where id <= 2 order by id"))
        .containsExactly(
            "cancelled|1|2026-01-01 00:00:00|t|1|1", "cancelled|1|2026-01-01 00:00:00|t");
  }

  @Test
  void mergesMetadataIntoARowEndedByAnotherHand() throws Exception {
    List<AttemptId> ids = claimed(2);
    migrated.execute(
        "update river_job set state = 'completed', finalized_at = '" + END_IN_SQL + "'");

    List<JobSetStateResult> results =
        executor.jobSetStateIfRunning(
            List.of(
                new JobSetStateParams(
                    ids.get(0), JobState.RETRYABLE, 0, ERROR, null, "{\"m\": 1}", END),
                new JobSetStateParams(
                    ids.get(1), JobState.DISCARDED, null, ERROR, Instant.now(), null, null)),
            false);

    assertThat(results)
        .containsExactlyInAnyOrder(
            new JobSetStateResult(ids.get(0).jobId(), JobState.COMPLETED, null),
            new JobSetStateResult(ids.get(1).jobId(), JobState.COMPLETED, null));
    assertThat(
            migrated.column(
                "select concat_ws('|', state, attempt, errors, metadata, finalized_at = '"
                    + END_IN_SQL
                    + "') from river_job order by id"))
        .containsExactly("completed|1|{\"m\": 1}|t", "completed|1|{}|t");
  }

  @Test
  void leavesARowAloneThatLostTheClaim() throws Exception {
    List<AttemptId> ids = claimed(4);
    migrated.execute(
        """
        update river_job set
          attempt = case when id = 1 then 2 else attempt end,
          attempted_at = case
            when id in (2, 4) then attempted_at + interval '1 microsecond' else attempted_at end,
          state = case when id = 3 then 'retryable' when id = 4 then 'completed' else state end,
          finalized_at = case when id = 4 then now() end
        """);
    var outcomes = new ArrayList<JobSetStateParams>();
    for (AttemptId id : ids) {
      outcomes.add(
          new JobSetStateParams(id, JobState.DISCARDED, null, ERROR, END, "{\"m\": 1}", null));
    }
    outcomes.add(
        new JobSetStateParams(
            new AttemptId(999, 1, END), JobState.COMPLETED, null, null, END, null, null));

    assertThat(executor.jobSetStateIfRunning(outcomes, false)).isEmpty();

    assertThat(migrated.column("select concat_ws('|', state, metadata) from river_job order by id"))
        .containsExactly("running|{}", "running|{}", "retryable|{}", "completed|{}");
  }

  @Test
  void judgesARowAsItIsWhenItsLockIsHad() throws Exception {
    AttemptId id = claimed(1).getFirst();
    try (Connection other = migrated.database.connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute(
          "update river_job set metadata = '{\"cancel_attempted_at\": \"2026-01-01T00:00:00Z\"}'");
      CompletableFuture<JobState> outcome =
          CompletableFuture.supplyAsync(
              () ->
                  setInTransaction(
                      new JobSetStateParams(
                          id, JobState.RETRYABLE, null, ERROR, null, "{\"m\": 1}", END)));
      awaitWaiter();

      other.commit();

      assertThat(outcome.get()).isEqualTo(JobState.CANCELLED);
    }
    assertThat(row("state, cardinality(errors), metadata"))
        .isEqualTo("cancelled|1|{\"m\": 1, \"cancel_attempted_at\": \"2026-01-01T00:00:00Z\"}");
  }

  /** Until somebody waits for a lock. */
  private void awaitWaiter() throws Exception {
    while (migrated
        .value(
            "select count(*) from pg_stat_activity where datname = current_database()"
                + " and wait_event_type = 'Lock'")
        .equals("0")) {
      Thread.onSpinWait();
    }
  }

  @Test
  void writesTenThousand() throws Exception {
    List<AttemptId> ids = new ArrayList<>(claimed(10_000));
    Collections.shuffle(ids, new java.util.Random(1));
    List<JobSetStateParams> outcomes =
        ids.stream()
            .map(
                id ->
                    new JobSetStateParams(
                        id, JobState.RETRYABLE, null, ERROR, null, "{\"m\": 1}", END))
            .toList();

    assertThat(executor.jobSetStateIfRunning(outcomes, false)).hasSize(10_000);

    assertThat(
            migrated.column(
                "select distinct concat_ws('|', state, cardinality(errors)) from river_job"))
        .containsExactly("retryable|1");
  }
}
