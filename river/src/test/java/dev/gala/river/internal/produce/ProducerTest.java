package dev.gala.river.internal.produce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.driver.JobGetAvailableParams;
import dev.gala.river.fake.Await;
import dev.gala.river.fake.Call;
import dev.gala.river.fake.ExecutorConfigs;
import dev.gala.river.fake.FakeDriver;
import dev.gala.river.fake.Faults;
import dev.gala.river.fake.Gate;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.Logs;
import dev.gala.river.fake.TextJob;
import dev.gala.river.internal.complete.Completion;
import dev.gala.river.internal.execute.JobExecutor;
import dev.gala.river.internal.execute.WorkerSet;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.internal.rescue.Holdings;
import dev.gala.river.job.JobState;
import dev.gala.river.job.Queue;
import dev.gala.river.spi.Metric;
import dev.gala.river.worker.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Leftovers.class)
final class ProducerTest {
  private final FakeDriver driver = new FakeDriver();
  private final Semaphore mayEnd = new Semaphore(0);
  private final Semaphore begun = new Semaphore(0);
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger mostRunning = new AtomicInteger();
  private final AtomicInteger handedOver = new AtomicInteger();
  private final List<Completion> ends = new CopyOnWriteArrayList<>();
  private final List<String> told = new CopyOnWriteArrayList<>();
  private final List<Metric> measured = new CopyOnWriteArrayList<>();
  private final Threads threads = new Threads("gala");
  private final AtomicBoolean mayClaim = new AtomicBoolean(true);
  private final AtomicReference<@Nullable Runnable> whenAskedNext = new AtomicReference<>();
  private final Holdings holdings = new Holdings(this::mayClaim);
  private final AtomicLong slowness = new AtomicLong();
  private final JobExecutor executor =
      new JobExecutor(
          new WorkerSet(
              Map.of(
                  "k",
                  new WorkerSet.Entry<>(
                      TextJob.of("k"),
                      context -> {
                        int now = running.incrementAndGet();
                        mostRunning.accumulateAndGet(now, Math::max);
                        begun.release();
                        mayEnd.acquire();
                        running.decrementAndGet();
                        return Outcome.done();
                      }))),
          ExecutorConfigs.of(Duration.ZERO, Duration.ZERO, (job, now) -> now),
          threads,
          completion -> {
            ends.add(completion);
            handedOver.incrementAndGet();
          });
  private Producer producer = producer(2);

  private boolean mayClaim() {
    boolean may = mayClaim.get();
    Runnable meanwhile = whenAskedNext.getAndSet(null);
    if (meanwhile != null) {
      meanwhile.run();
    }
    return may;
  }

  /** Polls so rarely that whatever happens has another reason. */
  private Producer producer(int maxWorkers) {
    return producer(maxWorkers, List.of("k"));
  }

  private Producer producer(int maxWorkers, @Nullable List<String> kinds) {
    return producer(maxWorkers, kinds, executor);
  }

  private Producer producer(int maxWorkers, @Nullable List<String> kinds, JobExecutor executor) {
    return new Producer(
        driver,
        new Producer.Config(
            "me",
            "default",
            maxWorkers,
            kinds,
            Duration.ofMillis(1),
            Duration.ofHours(1),
            holdings,
            false,
            new Semaphore(1)),
        threads,
        executor,
        new Producer.Audience() {
          @Override
          public void queuePaused(String queue) {
            told.add("paused " + queue);
          }

          @Override
          public void queueResumed(String queue) {
            told.add("resumed " + queue);
          }

          @Override
          public void measured(Metric metric) {
            measured.add(metric);
          }
        },
        this::nanos);
  }

  /** Each claim from the beginning takes longer by the slowness, and so does each look there. */
  private long nanos() {
    long slow = slowness.get();
    long times =
        slow == 0
            ? 0
            : driver.claims().stream().filter(params -> params.starts().isEmpty()).count()
                + driver.looks().size();
    return System.nanoTime() + slow * times;
  }

  @AfterEach
  void stop() {
    mayEnd.release(1_000_000);
    producer.stop();
    executor.stop();
  }

  private void add(int count) {
    for (int i = 0; i < count; i++) {
      driver.add("k", "{}");
    }
  }

  private List<Integer> asked() {
    return driver.claims().stream().map(JobGetAvailableParams::max).toList();
  }

  @Test
  void pausesWhereNoThreadCanBeStarted(Logs logs) {
    logs.expect("no thread could be started");
    logs.expect("no threads for 2 of the claimed jobs");
    var none =
        new JobExecutor(
            new WorkerSet(Map.of()),
            ExecutorConfigs.of(Duration.ZERO, Duration.ZERO, (job, now) -> now),
            threads,
            ends::add,
            body -> {
              throw new OutOfMemoryError("unable to create native thread");
            });
    producer = producer(2, List.of("k"), none);
    add(2);
    producer.start();
    Await.until("both ends", () -> ends.size() == 2);
    logs.await("no threads for 2 of the claimed jobs");
    assertThat(producer.awaitIdle(Duration.ZERO)).isTrue();
  }

  @Test
  @RiverPoint(45)
  void claimsAsItselfForItsQueueAndKinds() {
    producer.start();
    driver.faults().awaitCount(Call.GET_AVAILABLE, 1);
    Await.until("the claim", () -> !driver.claims().isEmpty());
    assertThat(driver.claims().getFirst())
        .isEqualTo(new JobGetAvailableParams("me", List.of("k"), 2, "default"));
  }

  @Test
  @RiverPoint(43)
  void whileNoSlotIsFreeNothingIsClaimed() {
    add(4);
    producer.start();
    Await.permits("two jobs to begin", begun, 2);
    for (int i = 0; i < 100; i++) {
      producer.wake();
    }
    mayEnd.release();
    Await.permits("the third job to begin", begun, 1);
    mayEnd.release(10);
    Await.permits("the fourth job to begin", begun, 1);
    // Each claim asked for the slots that were free, and never for none.
    assertThat(asked().subList(0, 2)).containsExactly(2, 1);
    assertThat(asked()).allMatch(max -> max == 1 || max == 2);
    assertThat(mostRunning).hasValueLessThanOrEqualTo(2);
  }

  @Test
  void aWakeupClaims() {
    producer.start();
    driver.faults().awaitCount(Call.GET_AVAILABLE, 1);
    add(1);
    producer.wake();
    Await.permits("the job to begin", begun, 1);
    assertThat(driver.rows().getFirst().attemptedBy()).containsExactly("me");
  }

  @Test
  void aWakeupDuringAClaimIsNotLost() {
    Gate gate = driver.faults().blockAfter(Call.GET_AVAILABLE);
    producer.start();
    gate.awaitEntered();
    // The claim has looked and found nothing, and has not said so yet.
    add(1);
    producer.wake();
    gate.open();
    Await.permits("the job to begin", begun, 1);
    assertThat(driver.claims()).hasSizeGreaterThanOrEqualTo(2);
  }

  @Test
  void aWakeupBeforeTheStartIsHarmless() {
    add(1);
    producer.wake();
    producer.start();
    Await.permits("the job to begin", begun, 1);
    assertThat(driver.rows().getFirst().state()).isEqualTo(JobState.RUNNING);
  }

  @Test
  @RiverPoint(43)
  void aFullBatchIsFollowedByAnotherClaimWithoutAnyWakeup() {
    mayEnd.release(1_000);
    producer = producer(7);
    add(100);
    producer.start();
    Await.permits("all jobs to begin", begun, 100);
    assertThat(driver.rows()).allMatch(row -> row.attempt() == 1);
    assertThat(mostRunning).hasValueLessThanOrEqualTo(7);
  }

  @Test
  void afterAFailureItGoesOn(Logs logs) {
    logs.expect("fetch-default: failed, trying again");
    driver.faults().fail(Call.GET_AVAILABLE, 2, Faults::away);
    add(1);
    producer.start();
    Await.permits("the job to begin", begun, 1);
    assertThat(driver.faults().count(Call.GET_AVAILABLE)).isEqualTo(3);
  }

  @Test
  void afterASurpriseItGoesOn(Logs logs) {
    logs.expect("fetch-default: failed, trying again");
    driver.faults().fail(Call.GET_AVAILABLE, 1, () -> new AssertionError("surprise"));
    add(1);
    producer.start();
    Await.permits("the job to begin", begun, 1);
    assertThat(logs.count("surprise")).isEqualTo(1);
  }

  @Test
  void aWakeupDuringTheBackoffIsNotLost(Logs logs) {
    logs.expect("fetch-default: failed, trying again");
    driver.faults().fail(Call.GET_AVAILABLE, 1, Faults::away);
    producer.start();
    driver.faults().awaitCount(Call.GET_AVAILABLE, 1);
    add(1);
    producer.wake();
    Await.permits("the job to begin", begun, 1);
    assertThat(logs.count("failed, trying again")).isEqualTo(1);
  }

  @Test
  @RiverPoint(44)
  void theJobsOfAClaimUnderWayAtAStopRun() {
    Gate gate = driver.faults().block(Call.GET_AVAILABLE);
    add(2);
    producer.start();
    gate.awaitEntered();
    Thread stopper = Thread.ofPlatform().start(producer::stop);
    Await.parked(stopper);
    gate.open();
    Await.end(stopper);
    Await.permits("both jobs to begin", begun, 2);
    mayEnd.release(2);
    executor.stop();
    assertThat(handedOver).hasValue(2);
    assertThat(driver.claims()).hasSize(1);
  }

  @Test
  void aStoppedProducerClaimsNothing() {
    producer.start();
    driver.faults().awaitCount(Call.GET_AVAILABLE, 1);
    producer.stop();
    int before = driver.faults().count(Call.GET_AVAILABLE);
    add(1);
    producer.wake();
    Leftovers.noThreads();
    assertThat(driver.faults().count(Call.GET_AVAILABLE)).isEqualTo(before);
  }

  @Test
  void startedAgainItAsksAtOnce() {
    producer.start();
    driver.faults().awaitCount(Call.GET_AVAILABLE, 1);
    producer.stop();
    add(1);
    producer.start();
    Await.permits("the job to begin", begun, 1);
    assertThat(driver.rows().getFirst().state()).isEqualTo(JobState.RUNNING);
  }

  @Test
  void slotsTakenBeforeAStopAreStillTakenAfterTheNextStart() {
    add(3);
    producer.start();
    Await.permits("two jobs to begin", begun, 2);
    producer.stop();
    producer.start();
    mayEnd.release();
    Await.permits("the third job to begin", begun, 1);
    assertThat(mostRunning).hasValue(2);
    assertThat(asked().getLast()).isEqualTo(1);
  }

  @Test
  void slotsFreedAtTheSameMomentAreAllUsed() {
    producer = producer(50);
    int rounds = 20;
    add(50 * rounds);
    producer.start();
    for (int round = 0; round < rounds; round++) {
      Await.permits("a full house", begun, 50);
      mayEnd.release(50);
    }
    assertThat(mostRunning).hasValueLessThanOrEqualTo(50);
  }

  @Test
  @RiverPoint(46)
  void aStartMakesTheRowOfTheQueue() {
    producer.start();
    Queue made = driver.queue("default");
    assertThat(made).isNotNull();
    assertThat(made.metadata()).isEqualTo("{}");
    assertThat(made.pausedAt()).isNull();
  }

  @Test
  @RiverPoint(46)
  void theRowThereIsKeepsItsPauseAndMetadata() {
    Queue before = driver.executor().queueCreateOrUpdate("default");
    driver.executor().queueUpdate("default", "{\"a\":1}");
    driver.executor().queuePause("default");
    Instant pausedAt = row().pausedAt();
    assertThat(pausedAt).isNotNull();
    producer.start();
    assertThat(row().pausedAt()).isEqualTo(pausedAt);
    assertThat(row().metadata()).isEqualTo("{\"a\":1}");
    assertThat(row().createdAt()).isEqualTo(before.createdAt());
    assertThat(producer.metadata()).isEqualTo("{\"a\":1}");
  }

  @Test
  void aStartThatCannotReportFailsAndFetchesNothing() {
    add(1);
    driver.faults().fail(Call.QUEUE_CREATE_OR_UPDATE, 1, Faults::away);
    assertThatThrownBy(producer::start).hasMessageContaining("the database is away");
    Leftovers.noThreads();
    assertThat(driver.claims()).isEmpty();
    producer.start();
    Await.permits("the job to begin", begun, 1);
  }

  @Test
  @RiverPoint(48)
  void startedOnAPausedQueueItFetchesNothingUntilItIsResumed() {
    driver.executor().queueCreateOrUpdate("default");
    driver.executor().queuePause("default");
    add(1);
    producer.start();
    for (int i = 0; i < 100; i++) {
      producer.wake();
    }
    awaitFetcherWaiting();
    assertThat(driver.claims()).isEmpty();
    producer.pause(false);
    Await.permits("the job to begin", begun, 1);
    assertThat(told).containsExactly("resumed default");
  }

  @Test
  @RiverPoint(47)
  void whilePausedItFetchesNothingAndRunningJobsGoOn() {
    add(1);
    producer.start();
    Await.permits("the job to begin", begun, 1);
    Await.until("the claim to be measured", () -> measured.size() == 2);
    // One that has just looked whether it is paused may begin a claim.
    awaitFetcherWaiting();
    producer.pause(true);
    producer.pause(true);
    add(1);
    producer.wake();
    mayEnd.release();
    Await.until("the end of the running job", () -> handedOver.get() == 1);
    producer.stop();
    assertThat(driver.rows().getLast().state()).isEqualTo(JobState.AVAILABLE);
    assertThat(told).containsExactly("paused default");
  }

  @Test
  @RiverPoint(47)
  void aResumeFetchesAtOnce() {
    producer.start();
    driver.faults().awaitCount(Call.GET_AVAILABLE, 1);
    producer.pause(true);
    add(1);
    producer.pause(false);
    producer.pause(false);
    // It polls once an hour, and nobody says that there is a job.
    Await.permits("the job to begin", begun, 1);
    assertThat(told).containsExactly("paused default", "resumed default");
  }

  @Test
  void whatIsToldWhileTheRowIsReadIsNewer() {
    producer.start();
    Gate gate = driver.faults().blockAfter(Call.QUEUE_GET);
    Thread looking = Thread.ofPlatform().start(producer::look);
    gate.awaitEntered();
    // The row read says neither.
    producer.pause(true);
    producer.metadata("{\"new\":true}");
    gate.open();
    Await.end(looking);
    assertThat(told).containsExactly("paused default");
    assertThat(producer.metadata()).isEqualTo("{\"new\":true}");
  }

  @Test
  void aLookFindsAPauseAndAResumptionNobodyTold() {
    producer.start();
    driver.pauseUntold("default", true);
    producer.look();
    producer.look();
    driver.pauseUntold("default", false);
    producer.report();
    assertThat(told).containsExactly("paused default", "resumed default");
  }

  @Test
  void aRowThatWasDeletedChangesNothing() {
    producer.start();
    producer.pause(true);
    driver.deleteQueue("default");
    producer.look();
    assertThat(told).containsExactly("paused default");
    // A leader that deleted the row forgot the pause with it.
    producer.report();
    assertThat(told).containsExactly("paused default", "resumed default");
    assertThat(driver.queue("default")).isNotNull();
  }

  @Test
  @RiverPoint(75)
  void aCancelDuringAClaimReachesItsJobBeforeItsWorker() {
    Gate gate = driver.faults().blockAfter(Call.GET_AVAILABLE);
    add(2);
    producer.start();
    gate.awaitEntered();
    // Both are running in the database, and their rows have not arrived.
    producer.cancel(1);
    producer.cancel(999);
    gate.open();
    Await.permits("the other job to begin", begun, 1);
    mayEnd.release();
    Await.until("both ends", () -> handedOver.get() == 2);
    assertThat(ends).hasSize(2);
    assertThat(ends)
        .filteredOn(Completion.Full.class::isInstance)
        .singleElement()
        .extracting(end -> ((Completion.Full) end).params())
        .satisfies(
            params -> {
              assertThat(params.attemptId().jobId()).isEqualTo(1);
              assertThat(params.state()).isEqualTo(JobState.CANCELLED);
              assertThat(params.error()).isNotNull();
              assertThat(params.error().error())
                  .isEqualTo("JobCancelError: job cancelled remotely");
            });
    assertThat(begun.availablePermits()).isZero();
  }

  @Test
  void aCancelOfAnEarlierLifeIsForgotten() {
    producer.start();
    driver.faults().awaitCount(Call.GET_AVAILABLE, 1);
    Await.until("the claim to be measured", () -> measured.size() == 2);
    // Nothing is being claimed: whatever this meant, it is no job of this client.
    producer.cancel(1);
    add(1);
    producer.wake();
    Await.permits("the job to begin", begun, 1);
  }

  @Test
  void aCancelInterruptsTheRunningJob() {
    add(1);
    producer.start();
    Await.permits("the job to begin", begun, 1);
    producer.cancel(1);
    Await.until("its end", () -> handedOver.get() == 1);
    assertThat(((Completion.Full) ends.getFirst()).params().state()).isEqualTo(JobState.CANCELLED);
  }

  @Test
  void withoutKnownKindsItClaimsAny() {
    producer = producer(2, null);
    producer.start();
    Await.until("the claim", () -> !driver.claims().isEmpty());
    assertThat(driver.claims().getFirst().kinds()).isNull();
  }

  @Test
  @RiverPoint(97)
  void everyClaimIsMeasured() {
    add(1);
    producer.start();
    Await.permits("the job to begin", begun, 1);
    Await.until("the claim to be measured", () -> measured.size() == 2);
    producer.wake();
    Await.until("both claims to be measured", () -> measured.size() == 4);
    assertThat(measured.get(0))
        .isInstanceOfSatisfying(
            Metric.JobGetAvailableDuration.class,
            metric -> {
              assertThat(metric.queue()).isEqualTo("default");
              assertThat(metric.duration().isNegative()).isFalse();
            });
    assertThat(measured.get(1)).isEqualTo(new Metric.JobGetAvailableCount("default", 1));
    assertThat(measured.get(2)).isInstanceOf(Metric.JobGetAvailableDuration.class);
    assertThat(measured.get(3)).isEqualTo(new Metric.JobGetAvailableCount("default", 0));
  }

  @Test
  void itsIdlenessIsWaitedFor() {
    add(2);
    producer.start();
    Await.permits("both jobs to begin", begun, 2);
    producer.stop();
    assertThat(producer.awaitIdle(Duration.ZERO)).isFalse();
    mayEnd.release();
    assertThat(producer.awaitIdle(Duration.ofMillis(1))).isFalse();
    Thread waiting = Thread.ofPlatform().start(() -> producer.awaitIdle(Await.DEADLINE));
    Await.parked(waiting);
    mayEnd.release();
    Await.end(waiting);
    assertThat(producer.awaitIdle(Duration.ZERO)).isTrue();
  }

  /** Waits until it has done what there was to do, and waits for more. */
  private static void awaitFetcherWaiting() {
    Thread fetcher =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().equals("gala-fetch-default"))
            .findFirst()
            .orElseThrow();
    Await.parked(fetcher);
  }

  private Queue row() {
    return Objects.requireNonNull(driver.queue("default"));
  }

  @Test
  void whoMayBeTakenForDeadClaimsNothing() {
    mayClaim.set(false);
    add(1);
    executor.start();
    producer.start();
    Await.until(
        "the producer to wait",
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .anyMatch(
                    thread ->
                        thread.getName().equals("gala-fetch-default")
                            && thread.getState() == Thread.State.TIMED_WAITING));
    assertThat(driver.claims()).isEmpty();

    mayClaim.set(true);
    producer.wake();
    Await.permits("the job", begun, 1);
  }

  /** The answer comes when the client may have been taken for dead. */
  @Test
  void whatIsClaimedTooLateGoesBackAndIsNotBegun() {
    Gate answer = driver.faults().blockAfter(Call.GET_AVAILABLE);
    add(1);
    executor.start();
    producer.start();
    answer.awaitEntered();
    mayClaim.set(false);
    answer.open();

    Await.until("the end", () -> !ends.isEmpty());
    assertSentBackUnused(ends.getFirst());
    assertThat(begun.availablePermits()).isZero();
  }

  /**
   * Between the question whether it may begin and its beginning: nothing runs yet to be cut off.
   */
  @Test
  void aCutOffWhileAnAttemptBeginsReachesIt() {
    Gate answer = driver.faults().blockAfter(Call.GET_AVAILABLE);
    add(1);
    executor.start();
    producer.start();
    answer.awaitEntered();
    whenAskedNext.set(executor::cutOff);
    answer.open();

    Await.until("the end", () -> !ends.isEmpty());
    assertSentBackUnused(ends.getFirst());
  }

  /** In touch again, but what was claimed before may be another's. */
  @Test
  void whatWasClaimedBeforeACutOffIsNotBegunAfterIt() {
    Gate answer = driver.faults().blockAfter(Call.GET_AVAILABLE);
    add(1);
    executor.start();
    producer.start();
    answer.awaitEntered();
    executor.cutOff();
    answer.open();

    Await.until("the end", () -> !ends.isEmpty());
    assertSentBackUnused(ends.getFirst());
    assertThat(begun.availablePermits()).isZero();
  }

  private static void assertSentBackUnused(Completion end) {
    assertThat(end)
        .isInstanceOfSatisfying(
            Completion.Full.class,
            full -> {
              assertThat(full.params().state()).isEqualTo(JobState.AVAILABLE);
              assertThat(full.params().attempt()).isZero();
            });
  }

  @Test
  void whatIsClaimedIsHeld() {
    add(2);
    executor.start();
    producer.start();
    Await.permits("the jobs", begun, 2);

    assertThat(holdings.isClear()).isFalse();
    mayEnd.release(2);
    Await.until("the ends", () -> ends.size() == 2);
    ends.forEach(end -> holdings.settled(end.attemptId()));
    Await.until("nothing to be held", holdings::isClear);
  }

  /** Claims from the beginning take ten seconds; returns when one has started at a place. */
  private void startWithASlowBeginning() {
    slowness.set(Duration.ofSeconds(10).toNanos());
    mayEnd.release(1_000_000);
    producer.start();
    Await.until(
        "a claim that starts at a place",
        () -> {
          if (driver.rows().stream().noneMatch(row -> row.state() == JobState.AVAILABLE)) {
            add(1);
          }
          producer.wake();
          return lastClaim() != null && !lastClaim().starts().isEmpty();
        });
  }

  private @Nullable JobGetAvailableParams lastClaim() {
    List<JobGetAvailableParams> claims = driver.claims();
    return claims.isEmpty() ? null : claims.getLast();
  }

  private void awaitAllDone() {
    Await.until(
        "every job to be done",
        () -> driver.rows().stream().allMatch(row -> row.state() == JobState.RUNNING));
  }

  @Test
  void whereTheBeginningIsSlowClaimsStartWhereTheLastOnesStood() {
    startWithASlowBeginning();
    Instant place =
        Objects.requireNonNull(lastClaim()).starts().stream()
            .filter(start -> start.priority() == 1)
            .findFirst()
            .orElseThrow()
            .scheduledAt();
    assertThat(driver.rows()).anyMatch(row -> row.scheduledAt().equals(place));
  }

  /** It polls once an hour, and the wake-up is over when the claim has passed them over. */
  @Test
  void whatComesToStandBeforeThePlaceIsClaimedWithoutAnotherWakeup() {
    startWithASlowBeginning();
    for (int i = 0; i < 3; i++) {
      addAt(Instant.now().minusSeconds(3_600 + i));
      producer.wake();
      awaitAllDone();
    }
  }

  @Test
  void claimsDoNotWaitForALookAtWhatTheyPassedOver() {
    Gate gate = driver.faults().blockAfter(Call.PASSED_OVER);
    startWithASlowBeginning();
    gate.awaitEntered();
    for (int i = 0; i < 10; i++) {
      add(1);
      producer.wake();
      awaitAllDone();
    }
    gate.open();
  }

  @Test
  void aStopWaitsForALook() throws InterruptedException {
    Gate gate = driver.faults().blockAfter(Call.PASSED_OVER);
    startWithASlowBeginning();
    gate.awaitEntered();
    Thread stopping = Thread.ofPlatform().start(producer::stop);
    stopping.join(Duration.ofMillis(50));
    assertThat(stopping.isAlive()).isTrue();
    gate.open();
    stopping.join();
  }

  @Test
  void whereALookFailsTheNextClaimLooksItself() {
    driver.faults().failAlways(Call.PASSED_OVER, Faults::away);
    startWithASlowBeginning();
    addAt(Instant.now().minusSeconds(3_600));
    producer.wake();
    awaitAllDone();
    assertThat(driver.faults().count(Call.PASSED_OVER)).isPositive();
  }

  @Test
  void aResumptionIsFollowedByAClaimFromTheBeginning() {
    startWithASlowBeginning();
    producer.pause(true);
    addAt(Instant.now().minusSeconds(3_600));
    int before = driver.claims().size();
    producer.pause(false);
    awaitAllDone();
    // One may have been under way.
    assertThat(driver.claims().subList(before, driver.claims().size()))
        .anyMatch(params -> params.starts().isEmpty());
  }

  @Test
  void whatMayBeAnywhereIsLookedForFromTheBeginning() {
    startWithASlowBeginning();
    addAt(Instant.now().minusSeconds(3_600));
    producer.wakeForAnything();
    awaitAllDone();
  }

  private void addAt(Instant scheduledAt) {
    driver.addAvailableSince("k", scheduledAt);
  }
}
