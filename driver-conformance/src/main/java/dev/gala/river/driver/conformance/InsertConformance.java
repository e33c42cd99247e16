package dev.gala.river.driver.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.driver.Executor;
import dev.gala.river.driver.InsertPayload;
import dev.gala.river.driver.JobInserted;
import dev.gala.river.driver.NotificationTopic;
import dev.gala.river.job.Durability;
import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.RiverError;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Inserts without unique keys, one by one, many and in bulk, and what they tell. */
public abstract class InsertConformance extends DriverConformance {
  private static final JobInsertParams ODD =
      new JobInsertParams(
          "{\"größe\": \"1,5 \\\"m\\\" {日本}\\n\\t\\\\\"}",
          "kind·ü\t\\N",
          3,
          "{\"a\": null}",
          4,
          "qüeue",
          FUTURE,
          JobState.SCHEDULED,
          List.of("tag-1", "tag_2"),
          null,
          0);

  /** For subclasses. */
  protected InsertConformance() {}

  @Test
  void insertWritesEveryColumn() {
    JobInserted inserted = executor().jobInsertFast(List.of(ODD), Set.of()).getFirst();

    assertThat(row(inserted.id())).isEqualTo(expected(ODD, inserted.id(), inserted.createdAt()));
  }

  @Test
  @RiverPoint(19)
  void bulkInsertWritesEveryColumn() {
    assertThat(executor().jobInsertBulk(List.of(ODD), Set.of())).isEqualTo(1);

    JobRow row = Lists.all(executor()).getFirst();
    assertThat(row).isEqualTo(expected(ODD, row.id(), row.createdAt()));
  }

  private static JobRow expected(JobInsertParams job, long id, Instant createdAt) {
    return new JobRow(
        id,
        job.state(),
        0,
        job.maxAttempts(),
        null,
        createdAt,
        null,
        FUTURE,
        job.priority(),
        job.args(),
        List.of(),
        List.of(),
        job.kind(),
        job.metadata(),
        job.queue(),
        job.tags(),
        null,
        Set.of());
  }

  @Test
  void aJobWithoutATimeIsScheduledWhenItIsInserted() {
    JobInsertParams job = Jobs.job(JobState.AVAILABLE, null);
    insert(job);
    executor().jobInsertUnique(List.of(job), Set.of());
    executor().jobInsertBulk(List.of(job), Set.of());

    assertThat(Lists.all(executor()))
        .hasSize(3)
        .allSatisfy(row -> assertThat(row.scheduledAt()).isEqualTo(row.createdAt()));
    assertThat(claim(3)).hasSize(3);
  }

  @Test
  void aJobMayBeginInTheMomentItIsInserted() {
    List<JobInsertParams> jobs = List.of(due("{\"n\": 1}"), due("{\"n\": 2}"));
    List<JobInserted> inserted = executor().jobInsertRunning(jobs, "me");

    assertThat(inserted).hasSize(2).allMatch(JobInserted::running);
    assertThat(inserted).extracting(JobInserted::id).isSorted();
    assertThat(claim(10)).as("nobody else gets it").isEmpty();
    for (int i = 0; i < 2; i++) {
      JobRow row = row(inserted.get(i).id());
      Instant createdAt = inserted.get(i).createdAt();
      assertThat(row.state()).isEqualTo(JobState.RUNNING);
      assertThat(row.attempt()).isEqualTo(1);
      assertThat(row.attemptedBy()).containsExactly("me");
      assertThat(row.attemptedAt()).isEqualTo(createdAt);
      assertThat(row.scheduledAt()).isEqualTo(row.createdAt());
      assertThat(row.metadata()).isEqualTo(jobs.get(i).metadata());
      assertThat(row.tags()).containsExactly("tag");
      assertThat(executor().jobComplete(List.of(row.attemptId()), createdAt.plusMillis(1)))
          .containsExactly(row.id());
    }
    assertThat(executor().jobInsertRunning(List.of(), "me")).isEmpty();
  }

  private static JobInsertParams due(String metadata) {
    return new JobInsertParams(
        "{}",
        "kind",
        25,
        metadata,
        1,
        "default",
        null,
        JobState.AVAILABLE,
        List.of("tag"),
        null,
        0);
  }

  /** Less is survived, and nothing else is different. */
  @Test
  void relaxedInsertsWriteAndTellTheSame() throws Exception {
    Executor relaxed = driver().executor(Durability.RELAXED);
    List<JobInsertParams> jobs = numbered(3);
    List<String> args = jobs.stream().map(JobInsertParams::args).toList();
    List<JobInsertParams> alike = List.of(jobs.get(0), jobs.get(2));

    assertThat(told(NotificationTopic.INSERT, () -> relaxed.jobInsertFast(jobs, Set.of("a"))))
        .containsExactly("{\"queue\":\"a\"}");
    assertThat(told(NotificationTopic.INSERT, () -> relaxed.jobInsertUnique(jobs, Set.of("b"))))
        .containsExactly("{\"queue\":\"b\"}");
    assertThat(told(NotificationTopic.INSERT, () -> relaxed.jobInsertBulk(jobs, Set.of("c"))))
        .containsExactly("{\"queue\":\"c\"}");
    assertThat(Lists.all(executor()))
        .extracting(JobRow::args)
        .containsExactlyElementsOf(Stream.of(args, args, args).flatMap(List::stream).toList());
    List<JobInserted> together = relaxed.jobInsertFast(alike, Set.of());
    assertThat(together).extracting(JobInserted::id).isSorted();
    assertThat(together)
        .extracting(one -> row(one.id()).args())
        .containsExactly(args.get(0), args.get(2));
    JobInserted odd = relaxed.jobInsertFast(List.of(ODD), Set.of()).getFirst();
    assertThat(row(odd.id())).isEqualTo(expected(ODD, odd.id(), odd.createdAt()));
    JobInserted running = relaxed.jobInsertRunning(List.of(due("{}")), "me").getFirst();
    assertThat(running.running()).isTrue();
    assertThat(row(running.id()).attemptedBy()).containsExactly("me");
    assertThat(relaxed.jobGet(odd.id())).as("the rest is as ever").isEqualTo(row(odd.id()));
  }

  @Test
  void everyStateKeepsItsTime() {
    for (JobState state : List.of(JobState.AVAILABLE, JobState.PENDING, JobState.SCHEDULED)) {
      JobRow row = row(insertOne(Jobs.job(state, PAST)));

      assertThat(row.state()).isEqualTo(state);
      assertThat(row.scheduledAt()).isEqualTo(PAST);
    }
  }

  @Test
  @RiverPoint(17)
  void tenThousandGoInOneCallAndKeepTheirOrder() {
    List<JobInsertParams> jobs = numbered(10_000);

    List<Long> ids = insert(jobs);

    assertThat(ids).hasSize(10_000).doesNotHaveDuplicates().isSorted();
    List<JobRow> rows = Lists.all(executor());
    assertThat(rows).extracting(JobRow::id).isEqualTo(ids);
    assertThat(rows)
        .extracting(JobRow::args)
        .isEqualTo(jobs.stream().map(JobInsertParams::args).toList());
  }

  @Test
  @RiverPoint(19)
  void tenThousandGoInBulk() {
    List<JobInsertParams> jobs = numbered(10_000);

    assertThat(executor().jobInsertBulk(jobs, Set.of("default"))).isEqualTo(10_000);

    assertThat(Lists.all(executor()))
        .extracting(JobRow::args)
        .isEqualTo(jobs.stream().map(JobInsertParams::args).toList());
  }

  private static List<JobInsertParams> numbered(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            n ->
                new JobInsertParams(
                    "{\"n\": " + n + "}",
                    "kind",
                    25,
                    "{}",
                    1,
                    "default",
                    PAST,
                    JobState.AVAILABLE,
                    n % 2 == 0 ? List.of() : List.of("odd"),
                    null,
                    0))
        .toList();
  }

  @Test
  @RiverPoint({17, 19})
  void oneBadRowFailsAll() throws Exception {
    List<JobInsertParams> jobs = new ArrayList<>(numbered(100));
    jobs.add(Jobs.of("k".repeat(128), 1, PAST));

    List<String> told =
        told(
            NotificationTopic.INSERT,
            () -> {
              refusal(
                  RiverError.ROW_REFUSED, () -> executor().jobInsertFast(jobs, Set.of("default")));
              refusal(
                  RiverError.ROW_REFUSED, () -> executor().jobInsertBulk(jobs, Set.of("default")));
              refusal(
                  RiverError.ROW_REFUSED,
                  () -> executor().jobInsertUnique(jobs, Set.of("default")));
            });

    assertThat(told).isEmpty();
    assertThat(Lists.all(executor())).isEmpty();
  }

  @Test
  void nothingToInsertInsertsNothing() {
    assertThat(executor().jobInsertFast(List.of(), Set.of("q"))).isEmpty();
    assertThat(executor().jobInsertUnique(List.of(), Set.of("q"))).isEmpty();
    assertThat(executor().jobInsertBulk(List.of(), Set.of("q"))).isZero();
  }

  @Test
  @RiverPoint(33)
  void everyInsertTellsItsQueuesOnce() throws Exception {
    List<JobInsertParams> jobs = numbered(2);

    assertThat(told(NotificationTopic.INSERT, () -> executor().jobInsertFast(jobs, Set.of("a"))))
        .containsExactly("{\"queue\":\"a\"}");
    assertThat(told(NotificationTopic.INSERT, () -> executor().jobInsertUnique(jobs, Set.of("b"))))
        .containsExactly("{\"queue\":\"b\"}");
    assertThat(
            told(NotificationTopic.INSERT, () -> executor().jobInsertBulk(jobs, Set.of("c", "d"))))
        .containsExactlyInAnyOrder("{\"queue\":\"c\"}", "{\"queue\":\"d\"}");
    assertThat(told(() -> executor().jobInsertFast(jobs, Set.of()))).isEmpty();
    assertThat(told(() -> executor().jobInsertUnique(jobs, Set.of()))).isEmpty();
    assertThat(told(() -> executor().jobInsertBulk(jobs, Set.of()))).isEmpty();
  }

  @Test
  @RiverPoint(18)
  void theCallersTransactionDecides() throws Exception {
    List<JobInsertParams> jobs = numbered(2);
    var told = new ArrayList<List<String>>();

    told.add(
        told(
            NotificationTopic.INSERT,
            () ->
                rollingBack(
                    mine -> {
                      mine.jobInsertFast(jobs, Set.of("q"));
                      mine.jobInsertUnique(jobs, Set.of("q"));
                      mine.jobInsertBulk(jobs, Set.of("q"));
                      assertThat(Lists.all(mine)).hasSize(6);
                      assertThat(Lists.all(executor())).isEmpty();
                    })));
    assertThat(Lists.all(executor())).isEmpty();
    told.add(
        told(NotificationTopic.INSERT, () -> committing(m -> m.jobInsertBulk(jobs, Set.of("q")))));
    told.add(
        told(NotificationTopic.INSERT, () -> committing(m -> m.jobInsertFast(jobs, Set.of("q")))));

    assertThat(told)
        .containsExactly(List.of(), List.of("{\"queue\":\"q\"}"), List.of("{\"queue\":\"q\"}"));
    assertThat(Lists.all(executor())).hasSize(4);
  }

  @Test
  void payloadsComeAsTheyWereSent() throws Exception {
    String payload = InsertPayload.of("a-b_c|d");

    assertThat(
            told(() -> executor().notifyMany(NotificationTopic.LEADERSHIP, List.of(payload, "{}"))))
        .extracting(notification -> notification.topic() + " " + notification.payload())
        .containsExactly("LEADERSHIP " + payload, "LEADERSHIP {}");
  }
}
