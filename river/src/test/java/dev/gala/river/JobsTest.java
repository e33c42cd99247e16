package dev.gala.river;

import static dev.gala.river.job.JobState.AVAILABLE;
import static dev.gala.river.job.JobState.CANCELLED;
import static dev.gala.river.job.JobState.COMPLETED;
import static dev.gala.river.job.JobState.DISCARDED;
import static dev.gala.river.job.JobState.RUNNING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.fake.FakeDriver;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.JobCursor;
import dev.gala.river.job.JobDeleteParams;
import dev.gala.river.job.JobList;
import dev.gala.river.job.JobListOrder;
import dev.gala.river.job.JobListParams;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.JobUpdate;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.job.Tx;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs under control, on a table in memory. */
final class JobsTest {
  private static final Instant BASE = Instant.parse("2026-01-02T03:04:05.678901Z");
  private static final List<JobState> STATES = List.of(JobState.values());

  private final FakeDriver driver = new FakeDriver();
  private final Jobs jobs = driver.database().jobs();

  @Test
  void aJobByItsId() {
    long id = driver.add("kind", "{\"a\":1}");
    assertThat(jobs.get(id)).isEqualTo(driver.row(id));
  }

  @Test
  void whatIsNotThere() {
    for (ThrowingCallable call :
        List.<ThrowingCallable>of(
            () -> jobs.get(77),
            () -> jobs.retry(77),
            () -> jobs.delete(77),
            () -> jobs.update(77, new JobUpdate("1")))) {
      assertThat(refused(RiverError.NOT_FOUND, call)).hasMessage("there is no job 77");
    }
  }

  @Test
  @RiverPoint(77)
  void aRunningJobIsNotDeleted() {
    long running = driver.add("kind", "{}");
    driver.claim(1, "kind");
    long waiting = driver.add("kind", "{}");
    assertThat(refused(RiverError.JOB_RUNNING, () -> jobs.delete(running)))
        .hasMessageContaining("job " + running)
        .hasMessageContaining("running jobs cannot be deleted: cancel it first");
    assertThat(jobs.delete(waiting).id()).isEqualTo(waiting);
    assertThat(driver.rows()).extracting(JobRow::id).containsExactly(running);
  }

  @Test
  @RiverPoint(77)
  void manyAreDeletedButForRunningOnes() {
    long running = driver.add("kind", "{}");
    driver.claim(1, "kind");
    List<Long> waiting = List.of(driver.add("kind", "{}"), driver.add("kind", "{}"));
    long other = driver.add("other", "{}");
    refused(RiverError.PARAMS_INVALID, () -> jobs.deleteMany(JobDeleteParams.builder().build()));
    assertThat(driver.rows()).hasSize(4);
    assertThat(jobs.deleteMany(JobDeleteParams.builder().kinds(List.of("kind")).build()))
        .extracting(JobRow::id)
        .isEqualTo(waiting);
    assertThat(jobs.deleteMany(JobDeleteParams.builder().all().build()))
        .extracting(JobRow::id)
        .containsExactly(other);
    assertThat(driver.rows()).extracting(JobRow::id).containsExactly(running);
  }

  @Test
  void aRetryMakesAvailableNow() {
    Instant later = Instant.now().plus(Duration.ofHours(1));
    long id = driver.add("kind", "{}", InsertOptions.builder().scheduledAt(later).build());
    assertThat(jobs.retry(id).state()).isEqualTo(AVAILABLE);
    assertThat(driver.row(id).scheduledAt()).isBefore(later);
    assertThat(driver.notified()).isEmpty();
  }

  @Test
  void outputIsMergedIntoTheMetadata() {
    long id = driver.add("kind", "{}", InsertOptions.builder().metadata("{\"a\":1}").build());
    assertThat(jobs.update(id, new JobUpdate(" {\"b\": [1, \"<\"]} ")).metadata())
        .isEqualTo("{\"a\":1,\"output\":{\"b\":[1,\"<\"]}}");
    JobRow before = driver.row(id);
    assertThat(jobs.update(id, new JobUpdate(null))).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "{", "1 2"})
  void outputThatIsNoJson(String output) {
    long id = driver.add("kind", "{}");
    assertThat(refused(RiverError.PARAMS_INVALID, () -> jobs.update(id, new JobUpdate(output))))
        .hasMessageContaining("no JSON");
  }

  @Test
  void outputThatIsTooLarge() {
    int limit = 33_554_432;
    long id = driver.add("kind", "{}");
    // Two bytes each, so that characters are not what counts.
    String most = "\"" + "é".repeat((limit - 2) / 2) + "\"";
    String tooLarge = "\"" + "é".repeat((limit - 2) / 2) + "a\"";
    assertThat(jobs.update(id, new JobUpdate(most)).metadata()).hasSizeGreaterThan(limit / 2);
    assertThat(refused(RiverError.PARAMS_INVALID, () -> jobs.update(id, new JobUpdate(tooLarge))))
        .hasMessageContaining(String.valueOf(limit + 1))
        .hasMessageContaining(String.valueOf(limit));
  }

  @Test
  void inTheCallersTransactionItIsDoneWithTheCommit() {
    long id = driver.add("kind", "{}");
    Connection connection = driver.connect();
    jobs.update(id, new JobUpdate("1"), Tx.on(connection));
    assertThat(driver.row(id).metadata()).isEqualTo("{}");
    driver.commit(connection);
    assertThat(driver.row(id).metadata()).isEqualTo("{\"output\":1}");
    jobs.delete(id, Tx.on(connection));
    assertThat(driver.rows()).hasSize(1);
    driver.commit(connection);
    assertThat(driver.rows()).isEmpty();
  }

  @Test
  void filters() {
    var random = new Random(7);
    List<JobRow> rows = fill(random, 200);
    JobListParams params =
        JobListParams.builder()
            .kinds(List.of("kind0", "kind1"))
            .priorities(List.of(1, 2))
            .queues(List.of("queue1", "queue2"))
            .states(List.of(AVAILABLE, COMPLETED))
            .tagsAll(List.of("tag0"))
            .tagsAny(List.of("tag1", "tag2"))
            .metadata("{\"n\":1}")
            .build();
    List<Long> expected =
        rows.stream()
            .filter(row -> Set.of("kind0", "kind1").contains(row.kind()))
            .filter(row -> row.priority() <= 2)
            .filter(row -> !row.queue().equals("queue0"))
            .filter(row -> row.state() == AVAILABLE || row.state() == COMPLETED)
            .filter(row -> row.tags().size() >= 2)
            .filter(row -> row.metadata().contains("\"n\":1"))
            .map(JobRow::id)
            .toList();
    assertThat(expected).isNotEmpty();
    assertThat(jobs.list(params).jobs()).extracting(JobRow::id).isEqualTo(expected);
  }

  @Test
  void anEmptyListHasNoCursor() {
    JobList none = jobs.list(JobListParams.builder().build());
    assertThat(none.jobs()).isEmpty();
    assertThat(none.nextCursor()).isNull();
  }

  @ParameterizedTest
  @EnumSource(JobListOrder.class)
  @RiverPoint(79)
  void pagesHoldEachRowOnceInOrder(JobListOrder order) {
    for (int seed = 0; seed < 60; seed++) {
      var random = new Random(seed);
      var table = new FakeDriver();
      fill(table, random, random.nextInt(120));
      List<JobState> states = states(random, order);
      JobListParams all =
          JobListParams.builder()
              .order(order)
              .states(states)
              .descending(random.nextBoolean())
              .limit(10_000)
              .build();
      Jobs listed = table.database().jobs();
      List<JobRow> expected = listed.list(all).jobs();
      assertThat(expected)
          .as("seed %d", seed)
          .hasSize((int) table.rows().stream().filter(row -> isListed(row, all)).count())
          .isSortedAccordingTo(order(all));
      assertThat(paged(listed, all, 1 + random.nextInt(40)))
          .as("seed %d", seed)
          .isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  @RiverPoint(79)
  void tenThousandRowsInPages(boolean descending) {
    fill(new Random(1), 10_000);
    for (JobListOrder order : JobListOrder.values()) {
      JobListParams all =
          JobListParams.builder().order(order).descending(descending).limit(10_000).build();
      assertThat(paged(jobs, all, 1_000)).isEqualTo(jobs.list(all).jobs());
    }
  }

  @Test
  void aListGoesOnAfterAnyOfItsRows() {
    fill(new Random(3), 50);
    JobListParams params =
        JobListParams.builder().order(JobListOrder.SCHEDULED_AT).descending(true).build();
    List<JobRow> rows = jobs.list(params).jobs();
    JobCursor tenth = jobs.cursorAt(rows.get(9), params);
    assertThat(jobs.list(params.after(tenth)).jobs()).isEqualTo(rows.subList(10, rows.size()));
  }

  @Test
  void aClientHasTheSame() {
    long id = driver.add("kind", "{}");
    try (RiverClient client =
        RiverClient.create(driver.database(), RiverConfig.builder().build())) {
      assertThat(client.jobs().get(id).kind()).isEqualTo("kind");
      assertThat(client.queues()).isNotNull();
    }
  }

  /** All rows, by following the cursors, each through its text. */
  private static List<JobRow> paged(Jobs jobs, JobListParams all, int size) {
    var rows = new ArrayList<JobRow>();
    JobListParams page = withLimit(all, size);
    while (true) {
      JobList listed = jobs.list(page);
      assertThat(listed.jobs()).hasSizeLessThanOrEqualTo(size);
      rows.addAll(listed.jobs());
      if (listed.nextCursor() == null) {
        return rows;
      }
      page = page.after(new JobCursor(listed.nextCursor().text()));
    }
  }

  private static JobListParams withLimit(JobListParams all, int limit) {
    return JobListParams.builder()
        .order(all.order())
        .states(all.states())
        .descending(all.descending())
        .limit(limit)
        .build();
  }

  private static boolean isListed(JobRow row, JobListParams params) {
    return params.states().isEmpty()
        ? params.order() != JobListOrder.FINALIZED_AT || row.state().isFinal()
        : params.states().contains(row.state());
  }

  private static Comparator<JobRow> order(JobListParams params) {
    Comparator<Instant> times = Comparator.nullsLast(Comparator.naturalOrder());
    Comparator<JobRow> order =
        switch (params.order()) {
          case FINALIZED_AT -> Comparator.comparing(JobRow::finalizedAt, times);
          case ID -> Comparator.comparingLong(JobRow::id);
          case SCHEDULED_AT -> Comparator.comparing(JobRow::scheduledAt);
          case TIME -> {
            JobState first = params.states().isEmpty() ? AVAILABLE : params.states().getFirst();
            yield first == RUNNING
                ? Comparator.comparing(JobRow::attemptedAt, times)
                : first.isFinal()
                    ? Comparator.comparing(JobRow::finalizedAt, times)
                    : Comparator.comparing(JobRow::scheduledAt);
          }
        };
    Comparator<JobRow> withId = order.thenComparingLong(JobRow::id);
    return params.descending() ? withId.reversed() : withId;
  }

  private static List<JobState> states(Random random, JobListOrder order) {
    List<JobState> candidates =
        order == JobListOrder.FINALIZED_AT ? List.of(CANCELLED, COMPLETED, DISCARDED) : STATES;
    return random.ints(random.nextInt(4), 0, candidates.size()).mapToObj(candidates::get).toList();
  }

  private List<JobRow> fill(Random random, int count) {
    return fill(driver, random, count);
  }

  /** Rows in every state, of few different times. */
  private static List<JobRow> fill(FakeDriver table, Random random, int count) {
    for (int id = 1; id <= count; id++) {
      JobState state = STATES.get(random.nextInt(STATES.size()));
      table.put(row(id, state, random));
    }
    return table.rows();
  }

  private static JobRow row(long id, JobState state, Random random) {
    boolean attempted = state == RUNNING || random.nextBoolean();
    List<String> tags = List.of("tag0", "tag1", "tag2");
    return new JobRow(
        id,
        state,
        attempted ? 1 : 0,
        25,
        attempted ? time(random) : null,
        BASE,
        state.isFinal() ? time(random) : null,
        time(random),
        1 + random.nextInt(4),
        "{}",
        List.of(),
        List.of(),
        "kind" + random.nextInt(3),
        "{\"n\":" + random.nextInt(2) + ",\"m\":[1,2]}",
        "queue" + random.nextInt(3),
        tags.subList(0, random.nextInt(4)),
        null,
        Set.of());
  }

  private static Instant time(Random random) {
    return BASE.plusNanos(1_000L * random.nextInt(8));
  }

  private static RiverException refused(RiverError code, ThrowingCallable call) {
    var refused = catchThrowableOfType(RiverException.class, call);
    assertThat(refused.code()).isEqualTo(code);
    return refused;
  }
}
