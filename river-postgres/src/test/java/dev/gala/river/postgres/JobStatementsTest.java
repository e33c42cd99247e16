package dev.gala.river.postgres;

import static dev.gala.river.postgres.MigratedDatabase.job;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.river.driver.ClaimedJob;
import dev.gala.river.driver.Executor;
import dev.gala.river.driver.JobGetAvailableParams;
import dev.gala.river.driver.JobInserted;
import dev.gala.river.job.AttemptError;
import dev.gala.river.job.AttemptId;
import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Insert, claim and the lean completion. */
class JobStatementsTest {
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

  private List<JobRow> claim(int max) {
    return executor
        .jobGetAvailable(
            new JobGetAvailableParams("client-1", List.of("kind", "other"), max, "default"))
        .stream()
        .map(ClaimedJob::job)
        .toList();
  }

  @Test
  void insertWritesEveryColumn() throws Exception {
    Instant scheduled = Instant.parse("2300-01-01T00:00:00Z");
    var job =
        new JobInsertParams(
            "{\"größe\": \"1,5 \\\"m\\\" {日本}\"}",
            "kind·ü",
            3,
            "{\"a\": null}",
            4,
            "qüeue",
            scheduled,
            JobState.SCHEDULED,
            List.of("tag-1", "tag_2"),
            null,
            0);

    long id = executor.jobInsertFast(List.of(job), Set.of()).getFirst().id();

    assertThat(
            migrated.value(
                """
                select concat_ws('|', args ->> 'größe', created_at <= now(), kind,
                  max_attempts, metadata, priority, queue, scheduled_at at time zone 'utc', state,
                  tags, attempt, attempted_at, errors, finalized_at, unique_key, unique_states)
                from river_job where id = ?
                """,
                id))
        .isEqualTo(
            "1,5 \"m\" {日本}|t|kind·ü|3|{\"a\": null}|4|qüeue"
                + "|2300-01-01 00:00:00|scheduled|{tag-1,tag_2}|0");
  }

  @Test
  void insertGivesTheIdsInTheOrderOfTenThousandRows() throws Exception {
    List<JobInsertParams> jobs =
        IntStream.range(0, 10_000)
            .mapToObj(
                n ->
                    new JobInsertParams(
                        "{\"n\": " + n + "}",
                        "kind",
                        25,
                        "{}",
                        1 + n % 4,
                        "default",
                        Instant.EPOCH,
                        JobState.AVAILABLE,
                        n % 2 == 0 ? List.of() : List.of("odd"),
                        null,
                        0))
            .toList();

    List<Long> ids =
        executor.jobInsertFast(jobs, Set.of("default")).stream().map(JobInserted::id).toList();

    assertThat(ids).hasSize(10_000).doesNotHaveDuplicates().isSorted();
    assertThat(migrated.column("select args ->> 'n' from river_job order by id"))
        .isEqualTo(IntStream.range(0, 10_000).mapToObj(String::valueOf).toList());
    assertThat(migrated.column("select id from river_job order by (args ->> 'n')::int"))
        .isEqualTo(ids.stream().map(String::valueOf).toList());
    assertThat(migrated.value("select count(*) from river_job where tags = '{}'"))
        .isEqualTo("5000");
  }

  @Test
  void insertOfABadRowInsertsNone() throws Exception {
    JobInsertParams good = job("kind");
    JobInsertParams bad = job("k".repeat(128));

    assertThatThrownBy(() -> executor.jobInsertFast(List.of(good, bad), Set.of()))
        .isInstanceOfSatisfying(
            RiverException.class,
            e -> {
              assertThat(e.code()).isEqualTo(RiverError.ROW_REFUSED);
              assertThat(e.isTransient()).isFalse();
            })
        .hasMessageStartingWith("inserting 2 job(s) failed: SQLSTATE 23514: ")
        .hasMessageContaining("kind_length");

    assertThat(migrated.value("select count(*) from river_job")).isEqualTo("0");
  }

  @Test
  void nothingAskedSendsNothing() {
    migrated.driver.close();

    assertThat(executor.jobInsertFast(List.of(), Set.of("q"))).isEmpty();
    assertThat(executor.jobComplete(List.of(), Instant.now())).isEmpty();
    assertThat(executor.jobSetStateIfRunning(List.of(), false)).isEmpty();
    assertThat(claim(0)).isEmpty();
  }

  @Test
  void claimTakesByPriorityTimeAndId() throws Exception {
    Instant early = Instant.parse("2026-01-01T00:00:00Z");
    Instant late = Instant.parse("2026-01-01T00:00:01Z");
    insert(2, early);
    long second = insert(1, late);
    long third = insert(1, late);
    long first = insert(1, early);
    insert(3, early);

    assertThat(claim(3)).extracting(JobRow::id).containsExactly(first, second, third);
    assertThat(claim(10)).extracting(JobRow::priority).containsExactly(2, 3);
    assertThat(claim(10)).isEmpty();
  }

  private long insert(int priority, Instant scheduledAt) {
    var job =
        new JobInsertParams(
            "{}",
            "kind",
            25,
            "{}",
            priority,
            "default",
            scheduledAt,
            JobState.AVAILABLE,
            List.of(),
            null,
            0);
    return executor.jobInsertFast(List.of(job), Set.of()).getFirst().id();
  }

  @Test
  void claimPassesOverWhatIsNotItsOwn() throws Exception {
    Instant now = Instant.now();
    executor.jobInsertFast(
        List.of(
            job("foreign"),
            job("kind", "elsewhere", JobState.AVAILABLE, now),
            job("kind", "default", JobState.AVAILABLE, now.plusSeconds(60)),
            job("kind", "default", JobState.PENDING, now),
            job("kind", "default", JobState.SCHEDULED, now)),
        Set.of());

    assertThat(claim(10)).isEmpty();
  }

  @Test
  void claimReturnsTheWholeRow() throws Exception {
    Instant due = Instant.parse("2026-01-02T03:04:05.678901Z");
    var job =
        new JobInsertParams(
            "{\"k\": \"ü\"}",
            "kind",
            7,
            "{\"m\": 1e400}",
            2,
            "default",
            due,
            JobState.AVAILABLE,
            List.of("tag-1", "tag-2"),
            null,
            0);
    JobInserted inserted = executor.jobInsertFast(List.of(job), Set.of()).getFirst();
    long id = inserted.id();
    migrated.execute(
        """
        update river_job
        set attempt = 2, attempted_by = '{someone}', errors = array[
          '{"at": "2026-01-02T03:04:05+02:00", "attempt": 1, "error": "böse", "trace": "t"}',
          '{"at": 12, "attempt": "x"}', null, '"text"']::jsonb[]
        """);

    JobRow row = claim(1).getFirst();

    String attemptedAt =
        migrated.value(
            "select to_char(attempted_at at time zone 'utc', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') from river_job");
    assertThat(row)
        .isEqualTo(
            new JobRow(
                id,
                JobState.RUNNING,
                3,
                7,
                Instant.parse(attemptedAt),
                inserted.createdAt(),
                null,
                due,
                2,
                "{\"k\": \"ü\"}",
                List.of("someone", "client-1"),
                List.of(
                    new AttemptError(Instant.parse("2026-01-02T01:04:05Z"), 1, "böse", "t"),
                    new AttemptError(Instant.EPOCH, 0, "{\"at\": 12, \"attempt\": \"x\"}", ""),
                    new AttemptError(Instant.EPOCH, 0, "null", ""),
                    new AttemptError(Instant.EPOCH, 0, "\"text\"", "")),
                "kind",
                row.metadata(),
                "default",
                List.of("tag-1", "tag-2"),
                null,
                Set.of()));
    assertThat(row.metadata()).isEqualTo(migrated.value("select metadata::text from river_job"));
    assertThat(row.attemptId()).isEqualTo(new AttemptId(id, 3, Instant.parse(attemptedAt)));
  }

  @Test
  void aRowWithoutATimeIsDueByTheDatabasesClock() throws Exception {
    var job =
        new JobInsertParams(
            "{}", "kind", 1, "{}", 1, "default", null, JobState.AVAILABLE, List.of(), null, 0);

    JobInserted inserted = executor.jobInsertFast(List.of(job), Set.of()).getFirst();

    JobRow row = claim(1).getFirst();
    assertThat(row.scheduledAt()).isEqualTo(inserted.createdAt()).isEqualTo(row.createdAt());
  }

  @Test
  void aRowWithArraysOfTwoDimensionsIsClaimedLikeAnyOther() throws Exception {
    insert(List.of(job("kind"), job("kind")));
    migrated.execute(
        """
        update river_job set
          attempted_by = '{{a,b},{c,d}}',
          errors = array[
            ['{"at": "2026-01-02T03:04:05Z", "attempt": 1, "error": "e", "trace": ""}'],
            ['{}']]::jsonb[]
        where id = (select min(id) from river_job)
        """);

    assertThat(claim(10)).hasSize(2).first().extracting(row -> row.errors().size()).isEqualTo(2);
  }

  @Test
  void claimKeepsTheNewestHundredClients() throws Exception {
    executor.jobInsertFast(List.of(job("kind")), Set.of());
    migrated.execute(
        "update river_job set attempted_by ="
            + " (select array_agg(n::text order by n) from generate_series(1, 100) n)");

    List<String> attemptedBy = claim(1).getFirst().attemptedBy();

    assertThat(attemptedBy).hasSize(100).startsWith("2", "3").endsWith("100", "client-1");
  }

  @Test
  void claimPassesOverLockedRows() throws Exception {
    List<Long> ids = insert(List.of(job("kind"), job("kind")));
    try (Connection other = migrated.database.connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("select from river_job where id = " + ids.getFirst() + " for update");

      assertThat(claim(10)).extracting(JobRow::id).containsExactly(ids.get(1));

      other.rollback();
    }
    assertThat(claim(10)).extracting(JobRow::id).containsExactly(ids.get(0));
  }

  @Test
  void claimAndCompleteTenThousand() throws Exception {
    List<JobInsertParams> jobs = IntStream.range(0, 10_000).mapToObj(n -> job("kind")).toList();
    List<Long> ids = insert(jobs);
    migrated.execute("analyze river_job");

    List<JobRow> rows = claim(10_000);
    var attempts = new ArrayList<>(rows.stream().map(JobRow::attemptId).toList());
    java.util.Collections.reverse(attempts);
    Instant end = Instant.now().truncatedTo(ChronoUnit.MICROS);
    List<Long> completed = executor.jobComplete(attempts, end);

    assertThat(rows).extracting(JobRow::id).isEqualTo(ids);
    assertThat(completed).containsExactlyInAnyOrderElementsOf(ids);
    assertThat(
            migrated.column(
                "select distinct concat_ws('|', state, finalized_at = ?::timestamptz, attempt,"
                    + " errors) from river_job",
                end.toString()))
        .containsExactly("completed|t|1");
  }

  @Test
  void completionStandsBehindItsFence() throws Exception {
    executor.jobInsertFast(List.of(job("kind"), job("kind"), job("kind"), job("kind")), Set.of());
    List<AttemptId> attempts = claim(4).stream().map(JobRow::attemptId).toList();
    migrated.execute(
        """
        update river_job set
          attempt = case when id = 1 then 2 else attempt end,
          attempted_at = case
            when id = 2 then attempted_at + interval '1 microsecond' else attempted_at end,
          state = case when id = 3 then 'retryable' else state end
        """);

    assertThat(executor.jobComplete(attempts, Instant.now())).containsExactly(4L);

    assertThat(migrated.column("select state from river_job order by id"))
        .containsExactly("running", "running", "retryable", "completed");
  }

  private List<Long> insert(List<JobInsertParams> jobs) {
    return executor.jobInsertFast(jobs, Set.of()).stream().map(JobInserted::id).toList();
  }
}
