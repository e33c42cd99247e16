package dev.gala.river.internal.produce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.driver.JobGetAvailableParams;
import dev.gala.river.fake.Await;
import dev.gala.river.fake.Call;
import dev.gala.river.fake.FakeDriver;
import dev.gala.river.fake.Faults;
import dev.gala.river.fake.Gate;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.Logs;
import dev.gala.river.fake.TextJob;
import dev.gala.river.internal.execute.JobExecutor;
import dev.gala.river.internal.execute.WorkerSet;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.job.JobState;
import dev.gala.river.job.QueueConfig;
import dev.gala.river.worker.Outcome;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
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
  private final Threads threads = new Threads("gala");
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
          new JobExecutor.Config(
              Duration.ZERO, Duration.ZERO, (job, now) -> now, InstantSource.system()),
          threads,
          completion -> handedOver.incrementAndGet());
  private Producer producer = producer(2);

  /** Polls so rarely that whatever happens has another reason. */
  private Producer producer(int maxWorkers) {
    return new Producer(
        driver,
        new Producer.Config(
            "me",
            "default",
            new QueueConfig(maxWorkers),
            List.of("k"),
            Duration.ofMillis(1),
            Duration.ofHours(1)),
        threads,
        executor);
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
  void claimsAsItselfForItsQueueAndKinds() {
    producer.start();
    driver.faults().awaitCount(Call.GET_AVAILABLE, 1);
    assertThat(producer.queue()).isEqualTo("default");
    Await.until("the claim", () -> !driver.claims().isEmpty());
    assertThat(driver.claims().getFirst())
        .isEqualTo(new JobGetAvailableParams("me", List.of("k"), 2, "default"));
  }

  @Test
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
}
