package dev.gala.river.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.Jobs;
import dev.gala.river.Queues;
import dev.gala.river.RiverDatabase;
import dev.gala.river.job.JobCursor;
import dev.gala.river.job.JobDeleteParams;
import dev.gala.river.job.JobList;
import dev.gala.river.job.JobListOrder;
import dev.gala.river.job.JobListParams;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.JobUpdate;
import dev.gala.river.job.Queue;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.job.Tx;
import dev.gala.test.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Jobs and queues under control, on a real database. */
class ControlTest {
  /** A row in each state in turn, of few different times, some without an attempt. */
  private static final String FILL =
      """
      insert into river_job
        (args, attempted_at, finalized_at, kind, max_attempts, metadata, priority, queue,
         scheduled_at, state, tags)
      select
        '{}',
        case when n %% 3 = 0 or state = 'running'
          then timestamptz '2026-01-02 00:00:00.123456Z' + n %% 7 * interval '1 microsecond' end,
        case when state in ('cancelled', 'completed', 'discarded')
          then timestamptz '2026-01-02 00:00:00Z' + n %% 5 * interval '1 microsecond' end,
        'kind' || n %% 3,
        25,
        jsonb_build_object('n', n %% 4),
        1 + n %% 4,
        'queue' || n %% 3,
        timestamptz '2026-01-01 00:00:00Z' + n %% 11 * interval '1 microsecond',
        state,
        (array['tag0', 'tag1', 'tag2']::varchar[])[1:n %% 4]
      from (
        select n, (enum_range(null::river_job_state))[1 + n %% 8] as state
        from generate_series(1, %d) as n
      ) as numbered
      """;

  private final TestDatabase postgres = TestDatabase.create();
  private RiverDatabase database;
  private Jobs jobs;
  private Queues queues;

  @BeforeEach
  void connect() {
    database = RiverDatabase.connect(postgres.url());
    database.migrator().up();
    jobs = database.jobs();
    queues = database.queues();
  }

  @AfterEach
  void close() {
    database.close();
    postgres.close();
  }

  @ParameterizedTest
  @EnumSource(JobListOrder.class)
  @RiverPoint(79)
  void tenThousandRowsInPages(JobListOrder order) throws SQLException {
    execute(FILL.formatted(10_000));
    for (boolean descending : new boolean[] {false, true}) {
      for (List<JobState> states : states(order)) {
        JobListParams.Builder params =
            JobListParams.builder().order(order).states(states).descending(descending);
        List<Long> expected = ids(jobs.list(params.limit(10_000).build()).jobs());
        int listed = states.isEmpty() ? 8 : states.size();
        boolean onlyFinal = order == JobListOrder.FINALIZED_AT && states.isEmpty();
        assertThat(expected).hasSize(10_000 / 8 * (onlyFinal ? 3 : listed));
        assertThat(new HashSet<>(expected)).hasSameSizeAs(expected);
        assertThat(paged(params.limit(700).build()))
            .as("%s, descending %s, states %s", order, descending, states)
            .isEqualTo(expected);
      }
    }
  }

  /** Rows that no client in Go could read, and one that has Go's zero time. */
  @Test
  void listsGoOnAfterOddTimes() throws SQLException {
    execute(FILL.formatted(64));
    execute(
        """
        update river_job set
          scheduled_at = odd.time,
          finalized_at = case when finalized_at is not null then odd.time end
        from (
          values
            (0, timestamptz '-infinity'), (1, '0001-01-01 00:00:00Z'), (2, '0044-03-15 00:00:00Z BC'),
            (3, 'infinity'), (4, '20260-01-01 00:00:00Z')
        ) as odd (n, time)
        where id % 11 = odd.n
        """);
    for (JobListOrder order : JobListOrder.values()) {
      for (boolean descending : new boolean[] {false, true}) {
        JobListParams.Builder params = JobListParams.builder().order(order).descending(descending);
        List<Long> expected = ids(jobs.list(params.build()).jobs());
        assertThat(expected).hasSizeGreaterThan(20).doesNotHaveDuplicates();
        assertThat(paged(params.limit(1).build()))
            .as("%s, descending %s", order, descending)
            .isEqualTo(expected);
      }
    }
  }

  @Test
  @RiverPoint(79)
  void filtersAndNulls() throws SQLException {
    execute(FILL.formatted(960));
    JobListParams params =
        JobListParams.builder()
            .kinds(List.of("kind0", "kind1"))
            .priorities(List.of(1, 2, 3))
            .queues(List.of("queue0", "queue1"))
            .states(List.of(JobState.AVAILABLE, JobState.CANCELLED, JobState.COMPLETED))
            .tagsAll(List.of("tag0"))
            .tagsAny(List.of("tag1", "tag2"))
            .metadata("{\"n\":2}")
            .build();
    assertThat(jobs.list(params).jobs())
        .isNotEmpty()
        .allSatisfy(
            row -> {
              assertThat(row.kind()).isIn("kind0", "kind1");
              assertThat(row.priority()).isLessThanOrEqualTo(3);
              assertThat(row.queue()).isIn("queue0", "queue1");
              assertThat(row.state())
                  .isIn(JobState.AVAILABLE, JobState.CANCELLED, JobState.COMPLETED);
              assertThat(row.tags()).contains("tag0", "tag1");
            });
    JobListParams.Builder byTime =
        JobListParams.builder()
            .order(JobListOrder.TIME)
            .states(List.of(JobState.RUNNING, JobState.AVAILABLE))
            .limit(1_000);
    assertThat(jobs.list(byTime.build()).jobs().getFirst().attemptedAt()).isNotNull();
    assertThat(jobs.list(byTime.build()).jobs().getLast().attemptedAt()).isNull();
    byTime.descending(true);
    assertThat(jobs.list(byTime.build()).jobs().getFirst().attemptedAt()).isNull();
    assertThat(jobs.list(byTime.build()).jobs().getLast().attemptedAt()).isNotNull();
  }

  @Test
  @RiverPoint(73)
  void cancel() throws SQLException {
    execute(FILL.formatted(8));
    for (JobRow before : jobs.list(JobListParams.builder().build()).jobs()) {
      JobRow after = jobs.cancel(before.id());
      switch (before.state()) {
        case CANCELLED, COMPLETED, DISCARDED -> assertThat(after).isEqualTo(before);
        case RUNNING -> assertThat(after.state()).isEqualTo(JobState.RUNNING);
        case AVAILABLE, PENDING, RETRYABLE, SCHEDULED -> {
          assertThat(after.state()).isEqualTo(JobState.CANCELLED);
          assertThat(after.finalizedAt()).isNotNull();
        }
      }
      assertThat(jobs.get(before.id())).isEqualTo(after);
    }
    assertRefused(RiverError.NOT_FOUND, () -> jobs.cancel(1_000));
  }

  @Test
  void retryAndUpdate() throws SQLException {
    execute(FILL.formatted(8));
    for (JobRow before : jobs.list(JobListParams.builder().build()).jobs()) {
      JobRow after = jobs.retry(before.id());
      assertThat(after.state())
          .isEqualTo(before.state() == JobState.RUNNING ? JobState.RUNNING : JobState.AVAILABLE);
      assertThat(jobs.get(before.id())).isEqualTo(after);
    }
    assertThat(jobs.update(1, new JobUpdate("[1e400]")).metadata()).contains("\"output\"");
    JobRow unchanged = jobs.get(2);
    assertThat(jobs.update(2, new JobUpdate(null))).isEqualTo(unchanged);
    assertRefused(RiverError.NOT_FOUND, () -> jobs.retry(1_000));
    assertRefused(RiverError.NOT_FOUND, () -> jobs.update(1_000, new JobUpdate("1")));
  }

  @Test
  @RiverPoint(77)
  void delete() throws SQLException {
    execute(FILL.formatted(80));
    JobListParams running = JobListParams.builder().states(List.of(JobState.RUNNING)).build();
    List<Long> runningIds = ids(jobs.list(running).jobs());
    assertRefused(RiverError.JOB_RUNNING, () -> jobs.delete(runningIds.getFirst()));
    assertRefused(RiverError.NOT_FOUND, () -> jobs.delete(1_000));
    assertRefused(
        RiverError.PARAMS_INVALID, () -> jobs.deleteMany(JobDeleteParams.builder().build()));
    long locked = ids(jobs.list(JobListParams.builder().build()).jobs()).getFirst();
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("select 1 from river_job where id = " + locked + " for update");
      List<Long> deleted = ids(jobs.deleteMany(JobDeleteParams.builder().all().build()));
      assertThat(deleted).isSorted().hasSize(69).doesNotContain(locked);
      assertThat(deleted).doesNotContainAnyElementsOf(runningIds);
      connection.rollback();
    }
    assertThat(jobs.delete(locked).id()).isEqualTo(locked);
    assertThat(ids(jobs.list(JobListParams.builder().build()).jobs())).isEqualTo(runningIds);
  }

  @Test
  void inTheCallersTransaction() throws SQLException {
    execute(FILL.formatted(8));
    try (Connection connection = postgres.connect()) {
      assertRefused(RiverError.CONNECTION_IN_AUTO_COMMIT, () -> jobs.get(1, Tx.on(connection)));
      connection.setAutoCommit(false);
      List<JobRow> deleted =
          jobs.deleteMany(JobDeleteParams.builder().all().build(), Tx.on(connection));
      assertThat(deleted).hasSize(7);
      assertThat(jobs.list(JobListParams.builder().build(), Tx.on(connection)).jobs()).hasSize(1);
      connection.rollback();
    }
    assertThat(jobs.list(JobListParams.builder().build()).jobs()).hasSize(8);
  }

  @Test
  @RiverPoint({49, 81})
  void queuesAreListedPausedAndResumed() throws SQLException {
    for (String name : List.of("b", "c", "a")) {
      execute("insert into river_queue (name, updated_at) values ('" + name + "', now())");
    }
    assertThat(queues.list()).extracting(Queue::name).containsExactly("a", "b", "c");
    assertThat(queues.list(2, Tx.own())).extracting(Queue::name).containsExactly("a", "b");
    queues.pause("b");
    Queue paused = queues.get("b");
    assertThat(paused.pausedAt()).isNotNull();
    assertThat(queues.get("a").pausedAt()).isNull();
    queues.pause(Queues.ALL);
    assertThat(queues.get("b").pausedAt()).isEqualTo(paused.pausedAt());
    assertThat(queues.list()).allSatisfy(queue -> assertThat(queue.pausedAt()).isNotNull());
    queues.resume("a");
    assertThat(queues.get("a").pausedAt()).isNull();
    queues.resume(Queues.ALL);
    assertThat(queues.list()).allSatisfy(queue -> assertThat(queue.pausedAt()).isNull());
    assertThat(queues.update("a", "{\"x\": 1}").metadata()).isEqualTo("{\"x\": 1}");
    assertThat(queues.update("a", null).metadata()).isEqualTo("{\"x\": 1}");
    for (ThrowingCallable call :
        List.<ThrowingCallable>of(
            () -> queues.get("no"),
            () -> queues.pause("no"),
            () -> queues.resume("no"),
            () -> queues.update("no", "{}"))) {
      assertRefused(RiverError.NOT_FOUND, call);
    }
    execute("delete from river_queue");
    queues.pause(Queues.ALL);
    queues.resume(Queues.ALL);
  }

  private static List<List<JobState>> states(JobListOrder order) {
    return order == JobListOrder.FINALIZED_AT
        ? List.of(List.of(), List.of(JobState.COMPLETED, JobState.CANCELLED))
        : List.of(
            List.of(),
            List.of(JobState.RUNNING, JobState.AVAILABLE),
            List.of(JobState.COMPLETED, JobState.SCHEDULED));
  }

  private List<Long> paged(JobListParams first) {
    var ids = new ArrayList<Long>();
    JobListParams page = first;
    while (true) {
      JobList list = jobs.list(page);
      ids.addAll(ids(list.jobs()));
      if (list.nextCursor() == null) {
        return ids;
      }
      page = page.after(new JobCursor(list.nextCursor().text()));
    }
  }

  private static List<Long> ids(List<JobRow> rows) {
    return rows.stream().map(JobRow::id).toList();
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void assertRefused(RiverError code, ThrowingCallable call) {
    assertThat(catchThrowableOfType(RiverException.class, call).code()).isEqualTo(code);
  }
}
