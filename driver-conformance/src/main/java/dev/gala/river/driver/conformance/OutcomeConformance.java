package dev.gala.river.driver.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.driver.JobGetAvailableParams;
import dev.gala.river.driver.JobSetStateParams;
import dev.gala.river.driver.JobSetStateResult;
import dev.gala.river.job.AttemptError;
import dev.gala.river.job.AttemptId;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.json.JsonObjects;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How attempts end, each behind its fence. */
public abstract class OutcomeConformance extends DriverConformance {
  private static final Instant END = Instant.parse("2026-05-06T07:08:09.123456Z");
  private static final AttemptError ERROR =
      new AttemptError(Instant.parse("2026-05-06T07:08:00Z"), 1, "böse\n\"x\"", "at\n\ty");

  /** For subclasses. */
  protected OutcomeConformance() {}

  private @Nullable JobSetStateResult set(JobSetStateParams outcome, boolean wantRows) {
    List<JobSetStateResult> results = executor().jobSetStateIfRunning(List.of(outcome), wantRows);
    assertThat(results).hasSizeLessThanOrEqualTo(1);
    return results.isEmpty() ? null : results.getFirst();
  }

  private static JobSetStateParams ended(JobRow row, JobState state, @Nullable String metadata) {
    return new JobSetStateParams(row.attemptId(), state, null, null, END, metadata, null);
  }

  private static JobSetStateParams again(JobRow row, JobState state, @Nullable Integer attempt) {
    return new JobSetStateParams(
        row.attemptId(),
        state,
        attempt,
        attempt == null ? ERROR : null,
        null,
        "{\"m\": 1}",
        FUTURE);
  }

  private static void is(@Nullable JobSetStateResult result, JobState state, JobRow row) {
    assertThat(result).isEqualTo(new JobSetStateResult(row.id(), state, row));
  }

  @Test
  @RiverPoint(52)
  void successWritesTheEndAndMergesTheMetadata() {
    JobRow before = running();

    JobSetStateResult result = set(ended(before, JobState.COMPLETED, "{\"m\": [1]}"), true);

    JobRow after = row(before.id());
    is(result, JobState.COMPLETED, after);
    assertThat(after.finalizedAt()).isEqualTo(END);
    assertThat(after.errors()).isEmpty();
    assertThat(JsonObjects.members(after.metadata())).containsOnlyKeys("m");
  }

  @Test
  @RiverPoint(52)
  void aPlainSuccessNeedsNoMore() {
    JobRow before = running();

    assertThat(executor().jobComplete(List.of(before.attemptId()), END))
        .containsExactly(before.id());

    JobRow after = row(before.id());
    assertThat(after.state()).isEqualTo(JobState.COMPLETED);
    assertThat(after.finalizedAt()).isEqualTo(END);
    assertThat(after.metadata()).isEqualTo(before.metadata());
  }

  @Test
  void aSuccessMayLeaveNoRow() {
    JobRow one = running();
    JobRow two = running();
    JobRow other = running();

    assertThat(executor().jobDeleteIfRunning(List.of(two.attemptId(), one.attemptId())))
        .containsExactlyInAnyOrder(one.id(), two.id());

    assertThat(executor().jobGet(one.id())).isNull();
    assertThat(executor().jobGet(two.id())).isNull();
    assertThat(row(other.id())).isEqualTo(other);
    assertThat(executor().jobDeleteIfRunning(List.of(one.attemptId()))).isEmpty();
    assertThat(executor().jobDeleteIfRunning(List.of())).isEmpty();
    assertThat(executor().jobAttemptStates(List.of(one.attemptId()))).isEmpty();
  }

  @Test
  @RiverPoint(65)
  void noRowOfAnotherAttemptIsDeleted() {
    JobRow first = running();
    set(
        new JobSetStateParams(first.attemptId(), JobState.AVAILABLE, null, ERROR, null, null, PAST),
        false);
    assertThat(executor().jobDeleteIfRunning(List.of(first.attemptId()))).isEmpty();
    JobRow second =
        executor()
            .jobGetAvailable(new JobGetAvailableParams("client", null, 1, "claimed"))
            .getFirst()
            .job();
    AttemptId now = second.attemptId();
    var earlier = new AttemptId(now.jobId(), now.attempt(), now.attemptedAt().minusNanos(1_000));
    var later = new AttemptId(now.jobId(), now.attempt() + 1, now.attemptedAt());
    for (AttemptId stale : List.of(first.attemptId(), earlier, later)) {
      assertThat(executor().jobDeleteIfRunning(List.of(stale))).isEmpty();
    }

    assertThat(row(first.id())).isEqualTo(second);
    assertThat(executor().jobDeleteIfRunning(List.of(now))).containsExactly(first.id());
  }

  @Test
  void whatHasEndedIsNotDeleted() {
    JobRow ended = running();
    set(ended(ended, JobState.COMPLETED, null), false);

    assertThat(executor().jobDeleteIfRunning(List.of(ended.attemptId()))).isEmpty();
    assertThat(row(ended.id()).state()).isEqualTo(JobState.COMPLETED);
  }

  @Test
  void aLockedRowIsPassedOverAndTheOthersAreDeleted() throws Exception {
    JobRow locked = running();
    JobRow free = running();

    whileLocked(
        locked.id(),
        () ->
            assertThat(executor().jobDeleteIfRunning(List.of(locked.attemptId(), free.attemptId())))
                .containsExactly(free.id()));

    assertThat(executor().jobDeleteIfRunning(List.of(locked.attemptId())))
        .containsExactly(locked.id());
  }

  @Test
  void aDeletionIsOneWithTheCallersTransaction() throws Exception {
    JobRow kept = running();
    JobRow gone = running();

    rollingBack(
        tx ->
            assertThat(tx.jobDeleteIfRunning(List.of(kept.attemptId())))
                .containsExactly(kept.id()));
    committing(tx -> tx.jobDeleteIfRunning(List.of(gone.attemptId())));

    assertThat(row(kept.id())).isEqualTo(kept);
    assertThat(executor().jobGet(gone.id())).isNull();
  }

  @Test
  @RiverPoint(53)
  void aFailureIsAppended() {
    JobRow before = running();

    JobSetStateResult result = set(again(before, JobState.RETRYABLE, null), false);

    assertThat(result).isEqualTo(new JobSetStateResult(before.id(), JobState.RETRYABLE, null));
    JobRow after = row(before.id());
    assertThat(after.errors()).containsExactly(ERROR);
    assertThat(after.scheduledAt()).isEqualTo(FUTURE);
    assertThat(after.attempt()).isEqualTo(1);
    assertThat(after.finalizedAt()).isNull();
  }

  @Test
  void aSnoozeGivesItsAttemptBack() {
    JobRow before = running();

    is(set(again(before, JobState.SCHEDULED, 0), true), JobState.SCHEDULED, row(before.id()));
    assertThat(row(before.id()).attempt()).isZero();
    assertThat(row(before.id()).errors()).isEmpty();
  }

  @Test
  @RiverPoint(63)
  void whatIsEndedAlreadyTakesNoMoreThanTheMetadata() {
    JobRow before = running();
    set(ended(before, JobState.DISCARDED, null), false);
    JobRow discarded = row(before.id());

    is(set(ended(before, JobState.COMPLETED, null), true), JobState.DISCARDED, discarded);
    assertThat(set(ended(before, JobState.COMPLETED, null), false))
        .isEqualTo(new JobSetStateResult(before.id(), JobState.DISCARDED, null));
    assertThat(row(before.id())).isEqualTo(discarded);
    JobSetStateResult merged = set(again(before, JobState.RETRYABLE, null), true);

    JobRow after = row(before.id());
    is(merged, JobState.DISCARDED, after);
    assertThat(JsonObjects.members(after.metadata())).isEqualTo(Map.of("m", "1"));
    assertThat(after.errors()).isEmpty();
    assertThat(after.finalizedAt()).isEqualTo(END);
    assertThat(after.scheduledAt()).isEqualTo(before.scheduledAt());
  }

  @Test
  @RiverPoint(63)
  void whatIsDeletedIsMissingAndFailsNothing() {
    List<JobSetStateParams> outcomes = new ArrayList<>();
    JobRow ended = running();
    set(ended(ended, JobState.COMPLETED, null), false);
    executor().jobDelete(ended.id());
    outcomes.add(ended(ended, JobState.COMPLETED, "{\"m\": 1}"));
    JobRow running = running();
    outcomes.add(ended(running, JobState.COMPLETED, "{\"m\": 1}"));

    assertThat(executor().jobSetStateIfRunning(outcomes, true))
        .extracting(JobSetStateResult::jobId)
        .containsExactly(running.id());
    assertThat(executor().jobComplete(List.of(ended.attemptId()), END)).isEmpty();
  }

  @Test
  void aLockedRowIsPassedOverAndTheOthersAreWritten() throws Exception {
    JobRow locked = running();
    JobRow free = running();
    JobRow freeToo = running();
    var mixed =
        List.of(
            ended(locked, JobState.DISCARDED, "{\"m\": 1}"),
            ended(freeToo, JobState.COMPLETED, "{\"m\": 1}"));

    whileLocked(
        locked.id(),
        () -> {
          assertThat(executor().jobComplete(List.of(locked.attemptId(), free.attemptId()), END))
              .containsExactly(free.id());
          assertThat(executor().jobSetStateIfRunning(mixed, false))
              .extracting(JobSetStateResult::jobId)
              .containsExactly(freeToo.id());
          assertThat(executor().jobSetStateIfRunning(mixed, true))
              .extracting(JobSetStateResult::jobId)
              .containsExactly(freeToo.id());
          // Locked is not lost.
          assertThat(executor().jobAttemptStates(List.of(locked.attemptId(), free.attemptId())))
              .isEqualTo(
                  Map.of(
                      locked.attemptId(), JobState.RUNNING, free.attemptId(), JobState.COMPLETED));
        });

    assertThat(row(locked.id())).isEqualTo(locked);
    assertThat(executor().jobComplete(List.of(locked.attemptId()), END))
        .containsExactly(locked.id());
  }

  @Test
  void theStateOfAnAttemptIsThatOfItsRowUnlessThatIsInAnother() {
    JobRow running = running();
    JobRow failed = running();
    set(again(failed, JobState.RETRYABLE, null), false);
    JobRow snoozed = running();
    set(again(snoozed, JobState.SCHEDULED, 0), false);
    JobRow deleted = running();
    set(ended(deleted, JobState.COMPLETED, null), false);
    executor().jobDelete(deleted.id());
    AttemptId now = running.attemptId();
    var other = new AttemptId(running.id(), 2, now.attemptedAt());
    var older = new AttemptId(running.id(), 1, now.attemptedAt().minusNanos(1_000));

    assertThat(
            executor()
                .jobAttemptStates(
                    List.of(
                        other,
                        now,
                        older,
                        failed.attemptId(),
                        snoozed.attemptId(),
                        deleted.attemptId())))
        .isEqualTo(Map.of(now, JobState.RUNNING, failed.attemptId(), JobState.RETRYABLE));
    assertThat(executor().jobAttemptStates(List.of())).isEmpty();
  }

  @Test
  @RiverPoint(65)
  void ofTwoAttemptsAtOneJobTheOneThatHoldsItIsWritten() {
    JobRow first = running();
    set(
        new JobSetStateParams(first.attemptId(), JobState.AVAILABLE, null, ERROR, null, null, PAST),
        false);
    JobRow second =
        executor()
            .jobGetAvailable(new JobGetAvailableParams("client", null, 1, "claimed"))
            .getFirst()
            .job();

    assertThat(executor().jobComplete(List.of(first.attemptId()), END)).isEmpty();
    assertThat(executor().jobComplete(List.of(second.attemptId()), END))
        .containsExactly(first.id());
  }

  @Test
  @RiverPoint(64)
  void aRetryOrSnoozeOfWhatIsToBeCancelledIsACancellation() {
    JobRow failed = running();
    JobRow snoozed = running();
    executor().jobCancel(failed.id(), END);
    executor().jobCancel(snoozed.id(), END);

    JobSetStateResult failure = set(again(failed, JobState.RETRYABLE, null), true);
    set(again(snoozed, JobState.SCHEDULED, 0), false);

    JobRow after = row(failed.id());
    is(failure, JobState.CANCELLED, after);
    assertThat(after.errors()).containsExactly(ERROR);
    for (JobRow before : List.of(failed, snoozed)) {
      JobRow cancelled = row(before.id());
      assertThat(cancelled.state()).isEqualTo(JobState.CANCELLED);
      assertThat(cancelled.attempt()).isEqualTo(1);
      assertThat(cancelled.scheduledAt()).isEqualTo(before.scheduledAt());
      assertThat(cancelled.finalizedAt()).isAfterOrEqualTo(before.createdAt());
      assertThat(JsonObjects.members(cancelled.metadata()))
          .containsKeys("cancel_attempted_at", "m");
    }
  }

  @Test
  @RiverPoint(65)
  void anAttemptThatIsNotTheRowsEndsNothing() {
    JobRow row = running();
    AttemptId now = row.attemptId();
    var older = new AttemptId(row.id(), now.attempt() + 1, now.attemptedAt());
    var other = new AttemptId(row.id(), now.attempt(), now.attemptedAt().plusNanos(1_000));

    for (AttemptId attempt : List.of(older, other)) {
      assertThat(executor().jobComplete(List.of(attempt), END)).isEmpty();
      assertThat(
              executor()
                  .jobSetStateIfRunning(
                      List.of(
                          new JobSetStateParams(
                              attempt, JobState.DISCARDED, null, ERROR, END, "{\"m\": 1}", null)),
                      true))
          .isEmpty();
      assertThat(executor().jobMergeMetadataIfRunning(attempt, "{\"m\": 1}")).isFalse();
    }

    assertThat(row(row.id())).isEqualTo(row);
  }

  @Test
  void metadataMergeIntoARunningAttemptOnly() {
    JobRow row = running();

    assertThat(executor().jobMergeMetadataIfRunning(row.attemptId(), "{\"a\": 1, \"b\": 2}"))
        .isTrue();
    assertThat(executor().jobMergeMetadataIfRunning(row.attemptId(), "{\"b\": {}}")).isTrue();
    set(ended(row, JobState.COMPLETED, null), false);
    assertThat(executor().jobMergeMetadataIfRunning(row.attemptId(), "{\"c\": 1}")).isFalse();

    assertThat(JsonObjects.members(row(row.id()).metadata()))
        .isEqualTo(Map.of("a", "1", "b", "{}"));
  }

  @Test
  void onlyRunningAttemptsWhoseCancellationWasAskedForAreTold() {
    JobRow asked = running();
    JobRow notAsked = running();
    JobRow over = running();
    JobRow askedBefore = retriedAfterACancellation();
    executor().jobCancel(asked.id(), asked.attemptId().attemptedAt());
    executor().jobCancel(over.id(), over.attemptId().attemptedAt());
    set(ended(over, JobState.CANCELLED, null), false);
    var other = new AttemptId(asked.id(), 2, asked.attemptId().attemptedAt());

    assertThat(
            executor()
                .jobCancelRequested(
                    List.of(
                        asked.attemptId(),
                        notAsked.attemptId(),
                        over.attemptId(),
                        askedBefore.attemptId())))
        .containsExactly(asked.id());
    assertThat(executor().jobCancelRequested(List.of(other))).isEmpty();
    assertThat(executor().jobCancelRequested(List.of())).isEmpty();
  }

  /** The mark of the cancellation is still there. */
  private JobRow retriedAfterACancellation() {
    JobRow first = running();
    executor().jobCancel(first.id(), first.attemptId().attemptedAt());
    set(ended(first, JobState.CANCELLED, null), false);
    executor().jobRetry(first.id());
    JobRow second =
        executor()
            .jobGetAvailable(new JobGetAvailableParams("client", null, 1, "claimed"))
            .getFirst()
            .job();
    assertThat(second.attemptId().attemptedAt()).isAfter(first.attemptId().attemptedAt());
    return second;
  }

  @Test
  void aCancellationByAClockThatIsBehindIsTold() {
    JobRow row = running();
    Instant began = row.attemptId().attemptedAt();

    executor().jobCancel(row.id(), began.minusSeconds(5));

    assertThat(executor().jobCancelRequested(List.of(row.attemptId()))).containsExactly(row.id());
    String mark = JsonObjects.textAt(row(row.id()).metadata(), "cancel_attempted_at");
    assertThat(mark).endsWith("Z").doesNotContainPattern("\\.(\\d*0)?Z");
    assertThat(Instant.parse(mark)).isEqualTo(began);
  }
}
