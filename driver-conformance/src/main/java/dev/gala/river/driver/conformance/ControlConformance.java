package dev.gala.river.driver.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.driver.JobDeleteManyParams;
import dev.gala.river.driver.JobSetStateParams;
import dev.gala.river.driver.NotificationTopic;
import dev.gala.river.job.AttemptError;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.RiverError;
import dev.gala.river.json.JsonObjects;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Jobs cancelled, retried, deleted and changed from outside. */
public abstract class ControlConformance extends DriverConformance {
  private static final Instant ASKED = Instant.parse("2026-05-06T07:08:09.120Z");
  private static final long NOBODY = 987_654_321;

  /** For subclasses. */
  protected ControlConformance() {}

  private static void saysCancel(List<String> payloads, JobRow row) {
    assertThat(payloads).hasSize(1);
    assertThat(JsonObjects.members(payloads.getFirst()))
        .isEqualTo(
            Map.of(
                "action",
                "\"cancel\"",
                "job_id",
                String.valueOf(row.id()),
                "queue",
                '"' + row.queue() + '"'));
  }

  @Test
  @RiverPoint(73)
  void cancelEndsWhatWaits() throws Exception {
    for (JobState state : waiting().toList()) {
      JobRow before = row(in(state));

      List<String> told =
          told(NotificationTopic.CONTROL, () -> executor().jobCancel(before.id(), ASKED));

      JobRow after = row(before.id());
      assertThat(after.state()).isEqualTo(JobState.CANCELLED);
      assertThat(after.finalizedAt()).isAfterOrEqualTo(before.createdAt());
      assertThat(after.scheduledAt()).isEqualTo(before.scheduledAt());
      assertThat(after.errors()).isEqualTo(before.errors());
      assertThat(JsonObjects.members(after.metadata()))
          .isEqualTo(Map.of("cancel_attempted_at", "\"2026-05-06T07:08:09.12Z\""));
      saysCancel(told, before);
    }
  }

  @Test
  @RiverPoint(73)
  void cancelOfWhatHasEndedChangesNothing() throws Exception {
    for (JobState state : ends().toList()) {
      JobRow before = row(in(state));

      List<String> told =
          told(
              NotificationTopic.CONTROL,
              () -> assertThat(executor().jobCancel(before.id(), ASKED)).isEqualTo(before));

      assertThat(row(before.id())).isEqualTo(before);
      assertThat(told).isEmpty();
    }
  }

  @Test
  @RiverPoint(73)
  void nobodyIsNobody() throws Exception {
    assertThat(
            told(
                () -> {
                  assertThat(executor().jobCancel(NOBODY, ASKED)).isNull();
                  assertThat(executor().jobRetry(NOBODY)).isNull();
                  assertThat(executor().jobDelete(NOBODY)).isNull();
                  assertThat(executor().jobGet(NOBODY)).isNull();
                  assertThat(executor().jobUpdate(NOBODY, "{}")).isNull();
                }))
        .isEmpty();
  }

  @Test
  void cancelOfWhatRunsMarksItAndTellsItsWorker() throws Exception {
    JobRow before = running();

    List<String> told =
        told(
            NotificationTopic.CONTROL,
            () -> assertThat(executor().jobCancel(before.id(), ASKED)).isEqualTo(row(before.id())));

    JobRow after = row(before.id());
    assertThat(after.state()).isEqualTo(JobState.RUNNING);
    assertThat(after.finalizedAt()).isNull();
    assertThat(after.attemptId()).isEqualTo(before.attemptId());
    assertThat(JsonObjects.members(after.metadata())).containsOnlyKeys("cancel_attempted_at");
    saysCancel(told, before);
  }

  @Test
  void aCancellationRolledBackTellsNobody() throws Exception {
    JobRow before = running();

    assertThat(told(() -> rollingBack(mine -> mine.jobCancel(before.id(), ASKED)))).isEmpty();

    assertThat(row(before.id())).isEqualTo(before);
  }

  @Test
  @RiverPoint(76)
  void retryMakesAvailableWhatWaitsOrHasEnded() throws Exception {
    for (JobState state : JobState.values()) {
      if (state == JobState.RUNNING || state == JobState.AVAILABLE) {
        continue;
      }
      JobRow before = row(in(state));

      assertThat(
              told(() -> assertThat(executor().jobRetry(before.id())).isEqualTo(row(before.id()))))
          .isEmpty();

      JobRow after = row(before.id());
      assertThat(after.state()).isEqualTo(JobState.AVAILABLE);
      assertThat(after.finalizedAt()).isNull();
      assertThat(after.scheduledAt()).isBetween(before.createdAt(), FUTURE.minusSeconds(1));
      assertThat(after.attempt()).isEqualTo(before.attempt());
      assertThat(after.maxAttempts()).isEqualTo(before.maxAttempts());
      assertThat(after.metadata()).isEqualTo(before.metadata());
    }
  }

  @Test
  @RiverPoint(76)
  void retryOfWhatIsDueOrRunsChangesNothing() {
    for (JobState state : List.of(JobState.AVAILABLE, JobState.RUNNING)) {
      JobRow before = row(in(state));

      assertThat(executor().jobRetry(before.id())).isEqualTo(before);
      assertThat(row(before.id())).isEqualTo(before);
    }
  }

  @Test
  @RiverPoint(76)
  void retryOfWhatIsAvailableLaterMakesItDue() {
    JobRow before = row(insertOne(Jobs.job(JobState.AVAILABLE, FUTURE)));

    assertThat(present(executor().jobRetry(before.id())).state()).isEqualTo(JobState.AVAILABLE);

    assertThat(claim(1)).hasSize(1);
  }

  @Test
  @RiverPoint(76)
  void retryGivesOneAttemptMoreWhereNoneIsLeft() {
    insert(Jobs.withAttempts(1), Jobs.withAttempts(2));
    var error = new AttemptError(PAST, 1, "no", "");
    for (JobRow row : claimRows(2)) {
      executor()
          .jobSetStateIfRunning(
              List.of(
                  new JobSetStateParams(
                      row.attemptId(), JobState.DISCARDED, null, error, PAST, null, null)),
              false);

      JobRow after = present(executor().jobRetry(row.id()));

      assertThat(after.maxAttempts()).isEqualTo(2);
      assertThat(after.attempt()).isEqualTo(1);
      assertThat(after.errors()).containsExactly(error);
    }
  }

  @Test
  @RiverPoint(78)
  void aTakenKeyIsAConflictOfItsOwn() {
    int live = JobState.uniqueMask(List.of(JobState.AVAILABLE, JobState.SCHEDULED));
    int gone = JobState.uniqueMask(List.of(JobState.CANCELLED));
    long retried = insertUnique(1, live);
    executor().jobCancel(retried, ASKED);
    insertUnique(1, live);
    long cancelled = insertUnique(2, gone);
    executor().jobCancel(cancelled, ASKED);
    long second = insertUnique(2, gone);

    assertThat(refusal(RiverError.UNIQUE_CONFLICT, () -> executor().jobRetry(retried)))
        .hasMessageContaining("job " + retried);
    assertThat(refusal(RiverError.UNIQUE_CONFLICT, () -> executor().jobCancel(second, ASKED)))
        .hasMessageContaining("job " + second);
    assertThat(row(retried).state()).isEqualTo(JobState.CANCELLED);
    assertThat(row(second).state()).isEqualTo(JobState.AVAILABLE);
  }

  private long insertUnique(int key, int states) {
    var inserted =
        executor().jobInsertUnique(List.of(Jobs.unique(key, "kind", states)), Set.of()).getFirst();
    assertThat(inserted.duplicate()).isFalse();
    return inserted.job().id();
  }

  @Test
  @RiverPoint(77)
  void deleteTakesAllButWhatRuns() {
    for (JobState state : JobState.values()) {
      JobRow before = row(in(state));

      assertThat(executor().jobDelete(before.id())).isEqualTo(before);

      if (state == JobState.RUNNING) {
        assertThat(row(before.id())).isEqualTo(before);
      } else {
        assertThat(executor().jobGet(before.id())).isNull();
      }
    }
  }

  @Test
  @RiverPoint(77)
  void deletingManyPassesOverWhatRunsOrIsLocked() throws Exception {
    long locked = in(JobState.AVAILABLE);
    long running = in(JobState.RUNNING);
    List<JobRow> others =
        List.of(
            row(in(JobState.COMPLETED)), row(in(JobState.SCHEDULED)), row(in(JobState.PENDING)));

    whileLocked(
        locked,
        () ->
            assertThat(executor().jobDeleteMany(filtered(List.of(), Set.of(), 100)))
                .isEqualTo(others));

    assertThat(Lists.all(executor())).extracting(JobRow::id).containsExactly(locked, running);
  }

  @Test
  @RiverPoint(77)
  void deletingManyGoesByItsFilters() {
    long inOther = insertOne(Jobs.inQueue("other"));
    long second = insertOne(Jobs.of("b", 2, PAST));
    long third = insertOne(Jobs.of("c", 3, PAST));
    long pending = in(JobState.PENDING);
    long last = in(JobState.PENDING);

    assertThat(
            deleted(
                new JobDeleteManyParams(
                    List.of(), List.of("b"), List.of(3), List.of(), Set.of(), 9)))
        .isEmpty();
    assertThat(
            deleted(
                new JobDeleteManyParams(
                    List.of(), List.of("b"), List.of(), List.of(), Set.of(), 9)))
        .containsExactly(second);
    assertThat(
            deleted(
                new JobDeleteManyParams(List.of(), List.of(), List.of(3), List.of(), Set.of(), 9)))
        .containsExactly(third);
    assertThat(
            deleted(
                new JobDeleteManyParams(
                    List.of(), List.of(), List.of(), List.of("other"), Set.of(), 9)))
        .containsExactly(inOther);
    assertThat(deleted(filtered(List.of(), Set.of(JobState.PENDING), 0))).isEmpty();
    assertThat(deleted(filtered(List.of(), Set.of(JobState.PENDING), 1))).containsExactly(pending);
    assertThat(deleted(filtered(List.of(NOBODY, last), Set.of(), 9))).containsExactly(last);
  }

  private List<Long> deleted(JobDeleteManyParams params) {
    return executor().jobDeleteMany(params).stream().map(JobRow::id).toList();
  }

  private static JobDeleteManyParams filtered(List<Long> ids, Set<JobState> states, int max) {
    return new JobDeleteManyParams(ids, List.of(), List.of(), List.of(), states, max);
  }

  @Test
  void updateMergesMetadataInEveryState() {
    for (JobState state : JobState.values()) {
      JobRow before = row(in(state));
      executor().jobUpdate(before.id(), "{\"a\": {\"b\": 1}, \"keep\": null}");

      JobRow after = present(executor().jobUpdate(before.id(), "{\"a\": {\"c\": 1e400}}"));

      assertThat(after).isEqualTo(row(before.id()));
      assertThat(after.state()).isEqualTo(state);
      assertThat(JsonObjects.members(after.metadata())).containsOnlyKeys("a", "keep");
      assertThat(after.metadata()).doesNotContain("\"b\"");
    }
  }
}
