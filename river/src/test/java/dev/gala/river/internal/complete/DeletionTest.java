package dev.gala.river.internal.complete;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.driver.JobSetStateParams;
import dev.gala.river.fake.Await;
import dev.gala.river.fake.Call;
import dev.gala.river.fake.FakeDriver;
import dev.gala.river.fake.Faults;
import dev.gala.river.fake.Gate;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.Logs;
import dev.gala.river.internal.complete.Completion.Deletion.Row;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.internal.rescue.Holdings;
import dev.gala.river.job.AttemptId;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverEvent;
import dev.gala.river.job.RiverException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Jobs of which no row is left when they have ended well. */
@ExtendWith(Leftovers.class)
final class DeletionTest {
  private static final Instant END = Instant.parse("2026-05-06T07:08:09.123456Z");

  private final FakeDriver driver = new FakeDriver();
  private final List<RiverEvent> told = new CopyOnWriteArrayList<>();
  private final CompletionBatcher batcher =
      new CompletionBatcher(
          driver,
          new CompletionBatcher.Config(
              1_000, Duration.ofSeconds(30), InstantSource.system(), new Holdings()),
          new Threads("gala"),
          told::add);

  @AfterEach
  void stop() {
    batcher.stop();
  }

  private JobRow claimed() {
    driver.add("k", "{}", InsertOptions.builder().metadata("{\"a\":1,\"b\":2}").build());
    return driver.claim(1, "k").getFirst();
  }

  private static Report report(JobRow job) {
    return new Report(
        job, RiverEvent.Kind.JOB_COMPLETED, Duration.ZERO, Duration.ZERO, System.nanoTime());
  }

  private static Completion deletion(JobRow job, @Nullable String metadata, Row row) {
    return new Completion.Deletion(job.attemptId(), metadata, row, report(job));
  }

  private JobRow toldOne(RiverEvent.Kind kind) {
    Await.until("the event", () -> !told.isEmpty());
    batcher.stop();
    assertThat(told).singleElement().extracting(RiverEvent::kind).isEqualTo(kind);
    return Objects.requireNonNull(told.getFirst().job());
  }

  @Test
  void theRowIsGoneAndToldAsItWouldHaveBeen() {
    batcher.start();
    JobRow job = claimed();
    batcher.submit(deletion(job, "{\"b\":[3],\"output\":\"o\"}", Row.THERE));
    JobRow row = toldOne(RiverEvent.Kind.JOB_COMPLETED);
    assertThat(row.id()).isEqualTo(job.id());
    assertThat(row.state()).isEqualTo(JobState.COMPLETED);
    assertThat(row.finalizedAt()).isNotNull();
    assertThat(row.attempt()).isEqualTo(1);
    assertThat(row.metadata()).isEqualTo("{\"a\":1,\"b\":[3],\"output\":\"o\"}");
    assertThat(driver.rows()).isEmpty();
  }

  @Test
  void theyShareAStatement() {
    batcher.start();
    List<JobRow> jobs = List.of(claimed(), claimed(), claimed());
    Gate gate = driver.faults().block(Call.COMPLETE);
    batcher.submit(new Completion.Success(claimed().attemptId()));
    gate.awaitEntered();
    jobs.forEach(
        job -> batcher.submit(new Completion.Deletion(job.attemptId(), null, Row.THERE, null)));
    gate.open();
    jobs.forEach(job -> driver.awaitGone(job.id()));
    batcher.stop();
    assertThat(driver.batchSizes()).containsExactly(1, 3);
    assertThat(driver.rows()).extracting(JobRow::state).containsExactly(JobState.COMPLETED);
  }

  @Test
  void aRowClaimedAgainIsNotDeleted(Logs logs) {
    logs.expect("had lost its claim");
    batcher.start();
    JobRow first = claimed();
    driver.rescue(first.id());
    JobRow second = driver.claim(1, "k").getFirst();
    batcher.submit(deletion(first, null, Row.THERE));
    driver.faults().awaitCount(Call.ATTEMPT_STATES, 1);
    batcher.stop();
    assertThat(told).isEmpty();
    assertThat(driver.row(first.id())).isEqualTo(second);
  }

  @Test
  void aLostAnswerIsNoLostJob(Logs logs) {
    logs.expect("could not be written, trying again");
    driver.faults().failAfterDoing(Call.DELETE_IF_RUNNING, 1);
    batcher.start();
    batcher.submit(deletion(claimed(), "{\"m\":1}", Row.THERE));
    assertThat(toldOne(RiverEvent.Kind.JOB_COMPLETED).metadata())
        .isEqualTo("{\"a\":1,\"b\":2,\"m\":1}");
    assertThat(driver.rows()).isEmpty();
  }

  @Test
  void anAnswerLostWithTheClaimIsToldByNobody(Logs logs) {
    logs.expect("could not be written, trying again");
    JobRow first = claimed();
    driver.faults().fail(Call.DELETE_IF_RUNNING, 1, Faults::unknown);
    Gate gate = driver.faults().block(Call.DELETE_IF_RUNNING);
    batcher.start();
    batcher.submit(deletion(first, null, Row.THERE));
    gate.awaitEntered();
    driver.rescue(first.id());
    JobRow second = driver.claim(1, "k").getFirst();
    gate.open();
    driver.faults().awaitCount(Call.ATTEMPT_STATES, 1);
    batcher.stop();
    assertThat(told).isEmpty();
    assertThat(driver.row(first.id())).isEqualTo(second);
  }

  @Test
  void whatTheWorkerDeletedItselfIsTold() {
    batcher.start();
    JobRow job = claimed();
    driver.executor().jobDeleteIfRunning(List.of(job.attemptId()));
    batcher.submit(deletion(job, null, Row.MAYBE_GONE));
    assertThat(toldOne(RiverEvent.Kind.JOB_COMPLETED).metadata()).isEqualTo(job.metadata());
  }

  @Test
  void ofWhatTheWorkerDeletedForSureNothingIsWritten() {
    batcher.start();
    JobRow job = claimed();
    driver.executor().jobDeleteIfRunning(List.of(job.attemptId()));
    batcher.submit(deletion(job, "{\"m\":1}", Row.GONE));
    assertThat(toldOne(RiverEvent.Kind.JOB_COMPLETED).metadata()).contains("\"m\":1");
    assertThat(driver.faults().count(Call.DELETE_IF_RUNNING)).as("the test's own").isEqualTo(1);
    assertThat(driver.faults().count(Call.ATTEMPT_STATES)).isZero();
  }

  @Test
  void whatTheWorkerRolledBackIsDeletedAfterIt() {
    batcher.start();
    batcher.submit(deletion(claimed(), null, Row.MAYBE_GONE));
    toldOne(RiverEvent.Kind.JOB_COMPLETED);
    assertThat(driver.rows()).isEmpty();
  }

  /** Its listener's transaction has ended, nobody knows how; the attempt ends as failed. */
  @Test
  void aFailureOfAnAttemptWhoseRowIsGoneIsToldAsItsSuccess() {
    batcher.start();
    JobRow job = claimed();
    driver.executor().jobDeleteIfRunning(List.of(job.attemptId()));
    batcher.submit(unsure(job));
    assertThat(toldOne(RiverEvent.Kind.JOB_COMPLETED).state()).isEqualTo(JobState.COMPLETED);
  }

  @Test
  void aFailureOfAnAttemptWhoseRowIsThereIsWritten() {
    batcher.start();
    JobRow job = claimed();
    batcher.submit(unsure(job));
    assertThat(toldOne(RiverEvent.Kind.JOB_FAILED).state()).isEqualTo(JobState.RETRYABLE);
  }

  private static Completion unsure(JobRow job) {
    AttemptId id = job.attemptId();
    return new Completion.Full(
        new JobSetStateParams(id, JobState.RETRYABLE, null, null, null, null, END),
        false,
        new Report(
            job, RiverEvent.Kind.JOB_FAILED, Duration.ZERO, Duration.ZERO, System.nanoTime()),
        true);
  }

  @Test
  void whatAnotherHandEndedStaysAsItIs() {
    batcher.start();
    JobRow job = claimed();
    driver.endByAnotherHand(job.id(), JobState.CANCELLED);
    batcher.submit(deletion(job, "{\"m\":1}", Row.THERE));
    toldOne(RiverEvent.Kind.JOB_CANCELLED);
    assertThat(driver.row(job.id()).state()).isEqualTo(JobState.CANCELLED);
  }

  @Test
  void whatIsLockedIsDeletedLater() {
    batcher.start();
    JobRow job = claimed();
    driver.lock(job.id());
    Gate gate = driver.faults().block(Call.ATTEMPT_STATES);
    batcher.submit(deletion(job, null, Row.THERE));
    gate.awaitEntered();
    assertThat(told).isEmpty();
    driver.unlock(job.id());
    gate.open();
    driver.awaitGone(job.id());
    toldOne(RiverEvent.Kind.JOB_COMPLETED);
  }

  @Test
  void aRowThatTheDatabaseDoesNotLetGoIsCompletedAndTheOthersAreDeleted(Logs logs) {
    logs.expect("a batch of 2 outcomes failed");
    logs.expect("does not let their rows be deleted");
    JobRow kept = claimed();
    JobRow free = claimed();
    driver
        .faults()
        .refuse(
            Call.DELETE_IF_RUNNING,
            attempts -> ((List<?>) attempts).contains(kept.attemptId()),
            Faults::refused);
    Gate gate = driver.faults().block(Call.COMPLETE);
    batcher.start();
    batcher.submit(new Completion.Success(claimed().attemptId()));
    gate.awaitEntered();
    batcher.submit(deletion(kept, "{\"m\":1}", Row.THERE));
    batcher.submit(deletion(free, null, Row.THERE));
    gate.open();
    driver.awaitGone(free.id());
    driver.awaitState(kept.id(), JobState.COMPLETED);
    batcher.stop();
    assertThat(told).hasSize(2).allMatch(event -> event.kind() == RiverEvent.Kind.JOB_COMPLETED);
    assertThat(driver.row(kept.id()).metadata()).contains("\"m\":1");
  }

  /** As a trigger of somebody's does. */
  @ParameterizedTest
  @EnumSource(names = {"ROW_LOCKED", "TIMED_OUT", "SCHEMA_OUTDATED", "DATABASE"})
  void oneThatFailsEachTimeIsCompletedInTheEnd(RiverError code, Logs logs) {
    logs.expect("could not be written");
    logs.expect("does not let their rows be deleted");
    driver.faults().failAlways(Call.DELETE_IF_RUNNING, () -> new RiverException(code, "a trigger"));
    batcher.start();
    JobRow job = claimed();
    batcher.submit(deletion(job, null, Row.THERE));
    driver.awaitState(job.id(), JobState.COMPLETED);
    toldOne(RiverEvent.Kind.JOB_COMPLETED);
  }

  @Test
  void whoMayNotDeleteCompletesAllAtOnceAndIsTold(Logs logs) {
    driver
        .faults()
        .failAlways(
            Call.DELETE_IF_RUNNING,
            () -> new RiverException(RiverError.DATABASE, "permission denied"));
    batcher.start();
    List<JobRow> jobs = List.of(claimed(), claimed(), claimed());
    Gate gate = driver.faults().block(Call.COMPLETE);
    batcher.submit(new Completion.Success(claimed().attemptId()));
    gate.awaitEntered();
    jobs.forEach(job -> batcher.submit(deletion(job, null, Row.THERE)));
    gate.open();
    jobs.forEach(job -> driver.awaitState(job.id(), JobState.COMPLETED));
    logs.await("Grant DELETE on river_job");
    batcher.stop();
    assertThat(told).hasSize(3);
    assertThat(driver.faults().count(Call.DELETE_IF_RUNNING)).isEqualTo(1);
    assertThat(logs.count("Grant DELETE on river_job")).isEqualTo(1);
  }

  /** Nothing was sent, so that nothing can have been deleted. */
  @Test
  void whatIsGoneByAnotherHandWhileTheDatabaseIsAwayIsToldByNobody(Logs logs) {
    logs.expect("could not be written, trying again");
    logs.expect("had lost its claim");
    JobRow job = claimed();
    driver.faults().fail(Call.DELETE_IF_RUNNING, 1, Faults::away);
    Gate gate = driver.faults().block(Call.DELETE_IF_RUNNING);
    batcher.start();
    batcher.submit(deletion(job, null, Row.THERE));
    gate.awaitEntered();
    driver.endByAnotherHand(job.id(), JobState.CANCELLED);
    driver.executor().jobDelete(job.id());
    gate.open();
    driver.faults().awaitCount(Call.ATTEMPT_STATES, 1);
    batcher.stop();
    assertThat(told).isEmpty();
  }

  @Test
  void whatItRecordedIsKeptWithAJobThatAnotherHandEnded() {
    batcher.start();
    JobRow job = claimed();
    driver.endByAnotherHand(job.id(), JobState.CANCELLED);
    batcher.submit(new Completion.Deletion(job.attemptId(), "{\"m\":1}", Row.THERE, null));
    driver.awaitRow(job.id(), row -> row.metadata().contains("\"m\":1"));
    assertThat(driver.row(job.id()).state()).isEqualTo(JobState.CANCELLED);
  }
}
