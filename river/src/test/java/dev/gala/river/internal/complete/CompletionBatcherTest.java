package dev.gala.river.internal.complete;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.driver.ClaimedJob;
import dev.gala.river.driver.JobSetStateParams;
import dev.gala.river.fake.Await;
import dev.gala.river.fake.Call;
import dev.gala.river.fake.FakeDriver;
import dev.gala.river.fake.Faults;
import dev.gala.river.fake.Gate;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.Logs;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.internal.rescue.Holdings;
import dev.gala.river.job.AttemptError;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(Leftovers.class)
final class CompletionBatcherTest {
  private static final String LOST = "had lost its claim";

  private final FakeDriver driver = new FakeDriver();
  private final Holdings holdings = new Holdings();
  private CompletionBatcher batcher = batcher(10_000, Duration.ofSeconds(30));

  private CompletionBatcher batcher(int waitingLimit, Duration flushTimeout) {
    var config =
        new CompletionBatcher.Config(waitingLimit, flushTimeout, InstantSource.system(), holdings);
    return new CompletionBatcher(driver, config, new Threads("gala"));
  }

  @AfterEach
  void stop() {
    batcher.stop();
  }

  private List<JobRow> claimed(int count) {
    for (int i = 0; i < count; i++) {
      driver.add("k", "{}");
    }
    return driver.claim(count, "k");
  }

  private static Completion success(JobRow job) {
    return new Completion.Success(job.attemptId());
  }

  private static Completion full(JobRow job, JobState state, @Nullable String metadata) {
    return full(job, state, metadata, false);
  }

  private static Completion full(
      JobRow job, JobState state, @Nullable String metadata, boolean lastAttempt) {
    Instant end = state.isFinal() ? Instant.now() : null;
    return new Completion.Full(
        new JobSetStateParams(job.attemptId(), state, null, null, end, metadata, null),
        lastAttempt);
  }

  /** Submits all of them as one batch: what comes before holds the writer at a gate. */
  private void submitTogether(List<Completion> completions) {
    Gate gate = driver.faults().block(Call.COMPLETE);
    batcher.submit(success(claimed(1).getFirst()));
    gate.awaitEntered();
    completions.forEach(batcher::submit);
    gate.open();
  }

  private static Thread start(Runnable body) {
    return Thread.ofPlatform().name("test-other").start(body);
  }

  @Test
  void aLoneCompletionWaitsForNobody() {
    batcher.start();
    JobRow job = claimed(1).getFirst();
    batcher.submit(success(job));
    JobRow row = driver.awaitState(job.id(), JobState.COMPLETED);
    assertThat(row.finalizedAt()).isNotNull();
    assertThat(driver.batchSizes()).containsExactly(1);
  }

  @Test
  void whileAStatementRunsTheNextBatchGathers() {
    batcher.start();
    List<JobRow> jobs = claimed(9);
    submitTogether(jobs.stream().map(CompletionBatcherTest::success).toList());
    driver.awaitAll(row -> row.state() == JobState.COMPLETED);
    assertThat(driver.batchSizes()).containsExactly(1, 9);
  }

  @Test
  void noStatementHasMoreThanTwoThousandRows() {
    batcher.start();
    List<JobRow> jobs = claimed(4_500);
    submitTogether(jobs.stream().map(CompletionBatcherTest::success).toList());
    driver.awaitAll(row -> row.state() == JobState.COMPLETED);
    assertThat(driver.batchSizes()).containsExactly(1, 2_000, 2_000, 500);
  }

  @Test
  void plainSuccessesTakeTheLeanStatementTheRestTheFullOne() {
    batcher.start();
    List<JobRow> jobs = claimed(5);
    submitTogether(
        List.of(
            success(jobs.get(0)),
            full(jobs.get(1), JobState.COMPLETED, "{\"a\":1}"),
            success(jobs.get(2)),
            full(jobs.get(3), JobState.RETRYABLE, null),
            success(jobs.get(4))));
    driver.awaitState(jobs.get(3).id(), JobState.RETRYABLE);
    assertThat(driver.row(jobs.get(0).id()).state()).isEqualTo(JobState.COMPLETED);
    assertThat(driver.row(jobs.get(1).id()).metadata()).isEqualTo("{\"a\":1}");
    assertThat(driver.batchSizes()).containsExactly(1, 3, 2);
    assertThat(driver.faults().count(Call.COMPLETE)).isEqualTo(2);
    assertThat(driver.faults().count(Call.SET_STATE)).isEqualTo(1);
  }

  @Test
  @RiverPoint(66)
  void whileTheDatabaseIsAwayABatchIsTriedAgain(Logs logs) {
    logs.expect("could not be written, trying again");
    driver.faults().fail(Call.COMPLETE, 2, Faults::away);
    batcher.start();
    JobRow job = claimed(1).getFirst();
    batcher.submit(success(job));
    driver.awaitState(job.id(), JobState.COMPLETED);
    assertThat(driver.faults().count(Call.COMPLETE)).isEqualTo(3);
    assertThat(driver.batchSizes()).containsExactly(1);
  }

  @Test
  void anUnknownOutcomeIsTriedAgainWithoutAFalseAlarm(Logs logs) {
    logs.expect("could not be written, trying again");
    driver.faults().failAfterDoing(Call.COMPLETE, 1);
    batcher.start();
    JobRow job = claimed(1).getFirst();
    batcher.submit(success(job));
    driver.faults().awaitCount(Call.COMPLETE, 2);
    batcher.stop();
    assertThat(driver.row(job.id()).state()).isEqualTo(JobState.COMPLETED);
    assertThat(driver.batchSizes()).containsExactly(1, 1);
    assertThat(logs.count(LOST)).isZero();
  }

  @Test
  void anOutcomeWhoseClaimIsLostIsDroppedAndSaidSo(Logs logs) {
    batcher.start();
    List<JobRow> jobs = claimed(2);
    driver.rescue(jobs.getFirst().id());
    driver.claim(1, "k");
    submitTogether(jobs.stream().map(CompletionBatcherTest::success).toList());
    logs.await(LOST);
    assertThat(driver.row(jobs.getFirst().id()).state()).isEqualTo(JobState.RUNNING);
    assertThat(driver.row(jobs.getFirst().id()).attempt()).isEqualTo(2);
    assertThat(driver.row(jobs.getLast().id()).state()).isEqualTo(JobState.COMPLETED);
    assertThat(logs.count(LOST)).isEqualTo(1);
  }

  @Test
  void aLockedRowHoldsUpNobodyAndIsWrittenOnceItIsFree(Logs logs) {
    batcher.start();
    List<JobRow> jobs = claimed(5);
    long locked = jobs.get(1).id();
    long lockedToo = jobs.get(3).id();
    driver.lock(locked);
    driver.lock(lockedToo);
    submitTogether(
        List.of(
            success(jobs.get(0)),
            success(jobs.get(1)),
            full(jobs.get(2), JobState.COMPLETED, "{\"good\":1}"),
            full(jobs.get(3), JobState.COMPLETED, "{\"good\":2}"),
            success(jobs.get(4))));
    driver.awaitAll(row -> row.id() == locked || row.id() == lockedToo || ended(row));
    // The batch, with one look for what is missing, is no more than that.
    assertThat(driver.batchSizes()).startsWith(1, 3, 2);
    driver.faults().awaitCount(Call.ATTEMPT_STATES, 4);
    assertThat(driver.row(locked).state()).isEqualTo(JobState.RUNNING);
    // Meanwhile others come and go.
    JobRow other = claimed(1).getFirst();
    batcher.submit(success(other));
    driver.awaitState(other.id(), JobState.COMPLETED);
    driver.unlock(locked);
    driver.unlock(lockedToo);
    driver.awaitAll(CompletionBatcherTest::ended);
    assertThat(driver.row(lockedToo).metadata()).isEqualTo("{\"good\":2}");
    assertThat(driver.row(locked).errors()).isEmpty();
    assertThat(logs.count(LOST)).isZero();
  }

  private static boolean ended(JobRow row) {
    return row.state() == JobState.COMPLETED;
  }

  @Test
  void aRowThatIsLockedForLongIsToldOf(Logs logs) {
    batcher.start();
    JobRow job = claimed(1).getFirst();
    driver.lock(job.id());
    batcher.submit(success(job));
    logs.await("1 outcomes wait because somebody has locked their rows");
    driver.unlock(job.id());
    driver.awaitState(job.id(), JobState.COMPLETED);
  }

  @Test
  void aLockedRowThatLosesItsClaimMeanwhileIsDroppedAndSaidSo(Logs logs) {
    batcher.start();
    JobRow job = claimed(1).getFirst();
    driver.lock(job.id());
    batcher.submit(success(job));
    driver.faults().awaitCount(Call.ATTEMPT_STATES, 1);
    driver.rescue(job.id());
    logs.await(LOST);
    assertThat(driver.row(job.id()).state()).isEqualTo(JobState.AVAILABLE);
  }

  @Test
  void whyARowIsMissingIsFoundOutEvenIfLookingFails() {
    driver.faults().fail(Call.ATTEMPT_STATES, 1, Faults::away);
    batcher.start();
    JobRow job = claimed(1).getFirst();
    driver.lock(job.id());
    batcher.submit(success(job));
    driver.faults().awaitCount(Call.ATTEMPT_STATES, 2);
    driver.unlock(job.id());
    driver.awaitState(job.id(), JobState.COMPLETED);
  }

  @Test
  void nothingIsLookedForWhereNothingIsMissing() {
    batcher.start();
    List<JobRow> jobs = claimed(3);
    submitTogether(
        List.of(
            success(jobs.get(0)),
            full(jobs.get(1), JobState.COMPLETED, "{\"good\":1}"),
            success(jobs.get(2))));
    driver.awaitAll(CompletionBatcherTest::ended);
    batcher.stop();
    assertThat(driver.faults().count(Call.ATTEMPT_STATES)).isZero();
  }

  @Test
  @RiverPoint(66)
  void whatIsLockedTakesRoomToo() {
    batcher = batcher(2, Duration.ofSeconds(30));
    batcher.start();
    List<JobRow> jobs = claimed(3);
    jobs.forEach(job -> driver.lock(job.id()));
    batcher.submit(success(jobs.get(0)));
    batcher.submit(success(jobs.get(1)));
    driver.faults().awaitCount(Call.ATTEMPT_STATES, 3);
    Thread late = start(() -> batcher.submit(success(jobs.get(2))));
    Await.parked(late);
    assertThat(late.isAlive()).isTrue();
    driver.unlock(jobs.get(0).id());
    Await.end(late);
    jobs.forEach(job -> driver.unlock(job.id()));
    driver.awaitAll(CompletionBatcherTest::ended);
  }

  @Test
  void aStopGivesUpOnALockedRowAlone(Logs logs) {
    batcher = batcher(100, Duration.ofMillis(1));
    batcher.start();
    List<JobRow> jobs = claimed(3);
    driver.lock(jobs.get(0).id());
    Gate gate = driver.faults().block(Call.COMPLETE);
    batcher.submit(success(claimed(1).getFirst()));
    gate.awaitEntered();
    jobs.forEach(job -> batcher.submit(success(job)));
    Thread stopper = start(batcher::stop);
    Await.parked(stopper);
    gate.open();
    Await.end(stopper);
    logs.expect("for longer than a stop waits");
    assertThat(driver.row(jobs.get(0).id()).state()).isEqualTo(JobState.RUNNING);
    assertThat(driver.row(jobs.get(1).id()).state()).isEqualTo(JobState.COMPLETED);
    assertThat(driver.row(jobs.get(2).id()).state()).isEqualTo(JobState.COMPLETED);
    assertThat(logs.count("for longer than a stop waits")).isEqualTo(1);
  }

  @Test
  void aStopWaitsForALockedRow() {
    batcher.start();
    JobRow job = claimed(1).getFirst();
    driver.lock(job.id());
    batcher.submit(success(job));
    driver.faults().awaitCount(Call.ATTEMPT_STATES, 1);
    Thread stopper = start(batcher::stop);
    int looks = driver.faults().count(Call.ATTEMPT_STATES);
    driver.faults().awaitCount(Call.ATTEMPT_STATES, looks + 1);
    driver.unlock(job.id());
    Await.end(stopper);
    assertThat(driver.row(job.id()).state()).isEqualTo(JobState.COMPLETED);
  }

  @Test
  @RiverPoint(66)
  void aBatchThatBreaksTheConnectionAgainAndAgainIsHalved(Logs logs) {
    logs.expect("could not be written");
    logs.expect("failed, writing its halves");
    driver
        .faults()
        .refuse(Call.SET_STATE, params -> ((List<?>) params).size() > 1, Faults::unknown);
    batcher.start();
    List<JobRow> jobs = claimed(2);
    submitTogether(
        List.of(
            full(jobs.get(0), JobState.COMPLETED, "{\"good\":1}"),
            full(jobs.get(1), JobState.COMPLETED, "{\"good\":2}")));
    driver.awaitAll(CompletionBatcherTest::ended);
    assertThat(driver.faults().count(Call.SET_STATE)).isEqualTo(5);
  }

  @Test
  @RiverPoint(66)
  void anEndThatBreaksTheConnectionEachTimeHoldsUpNobody(Logs logs) {
    logs.expect("could not be written");
    logs.expect("failed, writing its halves");
    driver.faults().refuse(Call.SET_STATE, this::hasBadMetadata, Faults::unknown);
    batcher.start();
    List<JobRow> jobs = claimed(3);
    long bad = jobs.get(0).id();
    batcher.submit(full(jobs.get(0), JobState.COMPLETED, "{\"bad\":1}"));
    batcher.submit(full(jobs.get(1), JobState.COMPLETED, "{\"good\":1}"));
    batcher.submit(success(jobs.get(2)));
    driver.awaitAll(row -> row.id() == bad || ended(row));
    logs.await("others go before it");
    driver.faults().heal(Call.SET_STATE);
    driver.awaitState(bad, JobState.COMPLETED);
    assertThat(driver.row(bad).errors()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"DATABASE", "SCHEMA_OUTDATED"})
  void anEndWhoseTriggerFailsForGoodHoldsUpNobody(RiverError code, Logs logs) {
    logs.expect("could not be written");
    logs.expect("failed, writing its halves");
    driver
        .faults()
        .refuse(
            Call.SET_STATE, this::hasBadMetadata, () -> new RiverException(code, "not this one"));
    batcher.start();
    List<JobRow> jobs = claimed(3);
    long bad = jobs.get(1).id();
    submitTogether(
        List.of(
            full(jobs.get(0), JobState.COMPLETED, "{\"good\":1}"),
            full(jobs.get(1), JobState.COMPLETED, "{\"bad\":1}"),
            full(jobs.get(2), JobState.COMPLETED, "{\"good\":2}")));
    driver.awaitAll(row -> row.id() == bad || ended(row));
    logs.await("others go before it");
    driver.faults().heal(Call.SET_STATE);
    driver.awaitState(bad, JobState.COMPLETED);
    assertThat(driver.row(bad).errors()).isEmpty();
  }

  @Test
  void whatWaitsAsideBecauseTheDatabaseFailsEverybodyIsWrittenAsSoonAsAnythingIs(Logs logs) {
    logs.expect("could not be written");
    logs.expect("failed, writing its halves");
    driver
        .faults()
        .refuse(Call.COMPLETE, params -> true, () -> new RiverException(RiverError.DATABASE, "no"));
    batcher.start();
    List<JobRow> jobs = claimed(2);
    batcher.submit(success(jobs.get(0)));
    logs.await("others go before it");
    driver.faults().heal(Call.COMPLETE);
    batcher.submit(success(jobs.get(1)));
    driver.awaitAll(CompletionBatcherTest::ended);
  }

  /** What a refusal may be: the seam's own exception, or a surprise of the driver. */
  enum Refusal {
    NOT_TRANSIENT,
    EXCEPTION,
    ERROR;

    Throwable thrown() {
      return switch (this) {
        case NOT_TRANSIENT -> Faults.refused();
        case EXCEPTION -> new IllegalArgumentException("value refused");
        case ERROR -> new AssertionError("value refused");
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void theBadOneOfARefusedBatchFailsAlone(Refusal refusal, Logs logs) {
    logs.expect("failed, writing its halves");
    logs.expect("cannot be written");
    driver.faults().refuse(Call.SET_STATE, this::hasBadMetadata, refusal::thrown);
    batcher.start();
    List<JobRow> jobs = claimed(5);
    submitTogether(
        List.of(
            success(jobs.get(0)),
            full(jobs.get(1), JobState.COMPLETED, "{\"good\":1}"),
            full(jobs.get(2), JobState.COMPLETED, "{\"bad\":1}"),
            full(jobs.get(3), JobState.DISCARDED, null),
            success(jobs.get(4))));
    driver.awaitAll(row -> row.state() != JobState.RUNNING);
    batcher.stop();
    assertThat(jobs.stream().map(job -> driver.row(job.id()).state()))
        .containsExactly(
            JobState.COMPLETED,
            JobState.COMPLETED,
            JobState.RETRYABLE,
            JobState.DISCARDED,
            JobState.COMPLETED);
    JobRow bad = driver.row(jobs.get(2).id());
    assertThat(bad.errors()).hasSize(1);
    assertThat(bad.errors().getFirst().error())
        .isEqualTo("the outcome could not be written: value refused");
    assertThat(bad.errors().getFirst().at()).isEqualTo(bad.attemptedAt());
    assertThat(bad.scheduledAt()).isAfter(Instant.now());
    // The successes of the batch were written before its rest was refused.
    assertThat(logs.count(LOST)).isZero();
  }

  private boolean hasBadMetadata(Object params) {
    return ((List<?>) params)
        .stream()
            .anyMatch(
                one ->
                    one instanceof JobSetStateParams param
                        && param.metadata() != null
                        && param.metadata().contains("bad"));
  }

  @Test
  void anEndThatCannotBeWrittenUsesUpTheLastAttempt(Logs logs) {
    logs.expect("cannot be written");
    driver.faults().refuse(Call.SET_STATE, this::hasBadMetadata, Faults::refused);
    batcher.start();
    JobRow job = claimed(1).getFirst();
    batcher.submit(full(job, JobState.COMPLETED, "{\"bad\":1}", true));
    JobRow row = driver.awaitState(job.id(), JobState.DISCARDED);
    assertThat(row.finalizedAt()).isNotNull();
    assertThat(row.errors()).hasSize(1);
  }

  @Test
  void whatCannotBeWrittenAtAllHoldsNothingUp(Logs logs) {
    logs.expect("cannot be written");
    logs.expect("stays running until it is rescued");
    driver.faults().failAlways(Call.SET_STATE, Faults::refused);
    batcher.start();
    List<JobRow> jobs = claimed(2);
    batcher.submit(full(jobs.getFirst(), JobState.RETRYABLE, null));
    logs.await("stays running");
    batcher.submit(success(jobs.getLast()));
    driver.awaitState(jobs.getLast().id(), JobState.COMPLETED);
    assertThat(driver.row(jobs.getFirst().id()).state()).isEqualTo(JobState.RUNNING);
  }

  @Test
  @RiverPoint(66)
  void whoSubmitsBeyondTheLimitWaitsUntilThereIsRoom() {
    batcher = batcher(3, Duration.ofSeconds(30));
    batcher.start();
    List<JobRow> jobs = claimed(5);
    Gate gate = driver.faults().block(Call.COMPLETE);
    batcher.submit(success(jobs.get(0)));
    gate.awaitEntered();
    jobs.subList(1, 4).forEach(job -> batcher.submit(success(job)));

    var keptItsInterrupt = new AtomicBoolean();
    Thread late =
        start(
            () -> {
              Thread.currentThread().interrupt();
              batcher.submit(success(jobs.get(4)));
              keptItsInterrupt.set(Thread.interrupted());
            });
    Await.parked(late);
    late.interrupt();
    Await.parked(late);
    gate.open();
    Await.end(late);
    driver.awaitAll(row -> row.state() == JobState.COMPLETED);
    assertThat(keptItsInterrupt).isTrue();
  }

  @Test
  @RiverPoint(66)
  void whoSubmitsBeyondAWeightWaitsToo() {
    batcher.start();
    List<JobRow> jobs = claimed(4);
    String trace = "x".repeat(40 * 1024 * 1024);
    List<Completion> heavy =
        jobs.subList(1, 4).stream()
            .map(
                job ->
                    (Completion)
                        new Completion.Full(
                            new JobSetStateParams(
                                job.attemptId(),
                                JobState.DISCARDED,
                                null,
                                new AttemptError(Instant.now(), 1, "e", trace),
                                Instant.now(),
                                null,
                                null),
                            true))
            .toList();
    Gate gate = driver.faults().block(Call.COMPLETE);
    batcher.submit(success(jobs.get(0)));
    gate.awaitEntered();
    batcher.submit(heavy.get(0));
    batcher.submit(heavy.get(1));
    Thread late = start(() -> batcher.submit(heavy.get(2)));
    Await.parked(late);
    gate.open();
    Await.end(late);
    driver.awaitAll(row -> row.state().isFinal());
    assertThat(driver.batchSizes()).containsExactly(1, 1, 1, 1);
  }

  @Test
  void aStopWritesWhatIsWaiting() {
    batcher.start();
    List<JobRow> jobs = claimed(3_000);
    Gate gate = driver.faults().block(Call.COMPLETE);
    batcher.submit(success(jobs.getFirst()));
    gate.awaitEntered();
    jobs.stream().skip(1).forEach(job -> batcher.submit(success(job)));
    Thread stopper = start(batcher::stop);
    Await.parked(stopper);
    gate.open();
    Await.end(stopper);
    assertThat(driver.rows()).allMatch(row -> row.state() == JobState.COMPLETED);
  }

  @Test
  @RiverPoint(66)
  void aStopGoesOnTryingUntilTheDatabaseIsBack(Logs logs) {
    logs.expect("could not be written, trying again");
    driver.faults().failAlways(Call.COMPLETE, Faults::away);
    batcher.start();
    List<JobRow> jobs = claimed(2);
    batcher.submit(success(jobs.getFirst()));
    driver.faults().awaitCount(Call.COMPLETE, 1);
    batcher.submit(success(jobs.getLast()));
    Thread stopper = start(batcher::stop);
    int before = driver.faults().count(Call.COMPLETE);
    driver.faults().awaitCount(Call.COMPLETE, before + 2);
    driver.faults().heal(Call.COMPLETE);
    Await.end(stopper);
    assertThat(driver.rows()).allMatch(row -> row.state() == JobState.COMPLETED);
  }

  @Test
  void aStopWhileTheDatabaseIsAwayEndsAndSaysWhatIsNotWritten(Logs logs) {
    logs.expect("could not be written, trying again");
    batcher = batcher(10_000, Duration.ZERO);
    driver.faults().failAlways(Call.COMPLETE, Faults::away);
    batcher.start();
    batcher.submit(success(claimed(1).getFirst()));
    driver.faults().awaitCount(Call.COMPLETE, 2);
    batcher.stop();
    logs.expect("stopped while the database was away");
    assertThat(logs.count("the ends of 1 attempts are not written")).isEqualTo(1);
  }

  @Test
  void aStopPausesBetweenItsTriesWhileTheDatabaseFailsFast(Logs logs) {
    logs.expect("could not be written, trying again");
    logs.expect("stopped while the database was away");
    batcher = batcher(10_000, Duration.ofSeconds(1));
    driver.faults().failAlways(Call.COMPLETE, Faults::away);
    batcher.start();
    batcher.submit(success(claimed(1).getFirst()));
    driver.faults().awaitCount(Call.COMPLETE, 1);
    batcher.stop();
    assertThat(driver.faults().count(Call.COMPLETE)).isLessThanOrEqualTo(10);
  }

  @Test
  void aStopLooksSeldomAtALockedRow(Logs logs) {
    logs.expect("for longer than a stop waits");
    batcher = batcher(10_000, Duration.ofSeconds(1));
    batcher.start();
    JobRow job = claimed(1).getFirst();
    driver.lock(job.id());
    batcher.submit(success(job));
    driver.faults().awaitCount(Call.ATTEMPT_STATES, 1);
    batcher.stop();
    assertThat(driver.faults().count(Call.ATTEMPT_STATES)).isLessThanOrEqualTo(10);
    assertThat(driver.row(job.id()).state()).isEqualTo(JobState.RUNNING);
  }

  @Test
  void whatWaitsAfterAGivenUpBatchIsCountedToo(Logs logs) {
    logs.expect("could not be written, trying again");
    logs.expect("stopped while the database was away");
    batcher = batcher(10_000, Duration.ZERO);
    driver.faults().failAlways(Call.COMPLETE, Faults::away);
    List<JobRow> jobs = claimed(2_500);
    Gate gate = driver.faults().block(Call.COMPLETE);
    batcher.start();
    batcher.submit(success(jobs.getFirst()));
    gate.awaitEntered();
    jobs.stream().skip(1).forEach(job -> batcher.submit(success(job)));
    Thread stopper = start(batcher::stop);
    Await.parked(stopper);
    gate.open();
    Await.end(stopper);
    assertThat(logs.count("the ends of 1 attempts are not written")).isEqualTo(1);
    assertThat(logs.count("the ends of 2499 attempts are not written")).isEqualTo(1);
  }

  @Test
  void whatIsSubmittedWhileItDoesNotRunIsWrittenWhenItStarts() {
    List<JobRow> jobs = claimed(2);
    batcher.submit(success(jobs.getFirst()));
    batcher.start();
    driver.awaitState(jobs.getFirst().id(), JobState.COMPLETED);
    batcher.stop();
    batcher.submit(success(jobs.getLast()));
    batcher.start();
    driver.awaitState(jobs.getLast().id(), JobState.COMPLETED);
    assertThat(driver.batchSizes()).containsExactly(1, 1);
  }

  /** As a claim does. */
  private List<JobRow> held(int count) {
    Holdings.Claim claim = holdings.claimBegins("default");
    List<JobRow> jobs = claimed(count);
    claim.brought(jobs.stream().map(job -> new ClaimedJob(job, null)).toList());
    return jobs;
  }

  @Test
  void anAttemptIsHeldUntilItsEndIsWritten(Logs logs) {
    logs.expect(LOST);
    List<JobRow> jobs = held(3);
    driver.endByAnotherHand(jobs.get(2).id(), JobState.CANCELLED);
    Gate written = driver.faults().blockAfter(Call.COMPLETE);
    batcher.start();
    jobs.forEach(job -> batcher.submit(success(job)));
    written.awaitEntered();
    assertThat(holdings.isClear()).isFalse();

    written.open();
    Await.until("nothing to be held", holdings::isClear);
  }

  @Test
  void whatCannotBeWrittenAtAllIsNotHeldButKnown(Logs logs) {
    logs.expect("cannot be written");
    logs.expect("stays running until it is rescued");
    JobRow job = held(1).getFirst();
    driver.faults().failAlways(Call.SET_STATE, Faults::refused);
    batcher.start();
    batcher.submit(full(job, JobState.DISCARDED, null, true));
    logs.await("stays running until it is rescued");

    batcher.stop();
    assertThat(holdings.isClear()).isFalse();
    holdings.settled(job.attemptId());
    assertThat(holdings.isClear()).as("not by being settled").isFalse();
  }

  @Test
  void whatAStopGivesUpIsKnown(Logs logs) {
    logs.expect("could not be written, trying again");
    logs.expect("stopped while the database was away");
    batcher = batcher(10, Duration.ZERO);
    JobRow job = held(1).getFirst();
    driver.faults().failAlways(Call.COMPLETE, Faults::away);
    batcher.start();
    batcher.submit(success(job));
    driver.faults().awaitCount(Call.COMPLETE, 1);

    batcher.stop();

    holdings.settled(job.attemptId());
    assertThat(holdings.isClear()).isFalse();
  }
}
