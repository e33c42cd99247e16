package dev.gala.river;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.fake.Await;
import dev.gala.river.fake.Call;
import dev.gala.river.fake.FakeDriver;
import dev.gala.river.fake.Faults;
import dev.gala.river.fake.Gate;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.Logs;
import dev.gala.river.fake.TextJob;
import dev.gala.river.job.HeartbeatConfig;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.JobInsert;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.JobType;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.job.Tx;
import dev.gala.river.worker.Outcome;
import dev.gala.river.worker.WorkContext;
import dev.gala.river.worker.Worker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(Leftovers.class)
final class RiverClientTest {
  private static final JobType<String> KIND = TextJob.of("k");
  private static final Duration SELDOM = Duration.ofHours(1);
  private static final Duration OFTEN = Duration.ofMillis(20);

  private final FakeDriver driver = new FakeDriver();
  private final Semaphore begun = new Semaphore(0);
  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private @Nullable RiverClient client;

  private RiverClient client(RiverConfig.Builder config) {
    client = RiverClient.create(driver.database(), config.build());
    return client;
  }

  private static RiverConfig.Builder config(Worker<String> worker, Duration pollInterval) {
    return config(worker, pollInterval, 2);
  }

  private static RiverConfig.Builder config(
      Worker<String> worker, Duration pollInterval, int maxWorkers) {
    return RiverConfig.builder()
        .worker(KIND, worker)
        .queue("default", maxWorkers)
        .fetchCooldown(Duration.ofMillis(1))
        .fetchPollInterval(pollInterval)
        .retryPolicy((job, now) -> now);
  }

  @AfterEach
  void close() {
    mayEnd.countDown();
    if (client != null) {
      client.close();
      client.close();
    }
    assertThat(driver.listening()).isZero();
  }

  private Outcome patient(WorkContext<String> context) throws InterruptedException {
    begun.release();
    mayEnd.await();
    return Outcome.done();
  }

  private static void assertRefused(RiverClient client, RiverError code, String part) {
    assertThatThrownBy(client::start)
        .isInstanceOfSatisfying(RiverException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(part);
    Leftovers.noThreads();
  }

  @Test
  void everyJobRunsExactlyOnce() {
    long seed = System.nanoTime();
    Map<Long, Integer> runs = new ConcurrentHashMap<>();
    List<String> queues = List.of("a", "b", "c", "d", "e");
    RiverConfig.Builder config =
        RiverConfig.builder()
            .worker(
                KIND,
                context -> {
                  runs.merge(context.job().id(), 1, Integer::sum);
                  return Outcome.done();
                })
            .fetchCooldown(Duration.ofMillis(1));
    queues.forEach(queue -> config.queue(queue, 10 + 10 * queues.indexOf(queue)));
    RiverClient client = client(config);
    insertAtRandom(client, queues, 1_000, new Random(seed));
    client.start();
    List<Thread> emitters = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      var random = new Random(seed + i);
      emitters.add(Thread.ofVirtual().start(() -> insertAtRandom(client, queues, 1_000, random)));
    }
    emitters.forEach(Await::end);
    driver.awaitAll(row -> row.state() == JobState.COMPLETED);
    client.stop();
    assertThat(driver.rows()).as("seed %s", seed).hasSize(5_000);
    assertThat(driver.rows()).as("seed %s", seed).allMatch(row -> row.attempt() == 1);
    assertThat(runs).as("seed %s", seed).hasSize(5_000);
    assertThat(runs.values()).as("seed %s", seed).containsOnly(1);
  }

  private static void insertAtRandom(
      RiverClient client, List<String> queues, int count, Random random) {
    int left = count;
    while (left > 0) {
      var batch = new ArrayList<JobInsert<String>>();
      int size = Math.min(left, 1 + random.nextInt(20));
      for (int i = 0; i < size; i++) {
        String queue = queues.get(random.nextInt(queues.size()));
        batch.add(new JobInsert<>(KIND, "{}", InsertOptions.builder().queue(queue).build()));
      }
      client.insertMany(batch, Tx.own());
      left -= size;
    }
  }

  @Test
  @RiverPoint(66)
  void whileTheDatabaseIsAwayNothingIsLostAndNothingRunsTwice(Logs logs) {
    logs.expect("trying again");
    Map<Long, Integer> runs = new ConcurrentHashMap<>();
    RiverClient client =
        client(
            config(
                context -> {
                  runs.merge(context.job().id(), 1, Integer::sum);
                  return Outcome.done();
                },
                OFTEN));
    for (int i = 0; i < 200; i++) {
      driver.add("k", "{}");
    }
    for (Call call : List.of(Call.GET_AVAILABLE, Call.COMPLETE, Call.SCHEDULE)) {
      driver.faults().fail(call, 2, Faults::away);
    }
    driver.faults().failAfterDoing(Call.COMPLETE, 1);
    client.start();
    driver.awaitAll(row -> row.state() == JobState.COMPLETED);
    assertThat(runs).hasSize(200);
    assertThat(runs.values()).containsOnly(1);
    assertThat(logs.count("had lost its claim")).isZero();
  }

  @Test
  @RiverPoint(56)
  void failingJobsAreRetriedUntilTheirAttemptsAreUsedUp() {
    RiverClient client =
        client(
            config(
                context -> {
                  if (context.args().equals("[]") || context.job().attempt() < 3) {
                    throw new IllegalStateException("attempt " + context.job().attempt());
                  }
                  return Outcome.done();
                },
                OFTEN));
    client.start();
    InsertOptions twice = InsertOptions.builder().maxAttempts(2).build();
    long fails = client.insert(KIND, "[]", twice, Tx.own()).job().id();
    long works = client.insert(KIND, "{}").job().id();
    JobRow failed = driver.awaitState(fails, JobState.DISCARDED);
    assertThat(failed.errors().stream().map(error -> error.error()))
        .containsExactly("attempt 1", "attempt 2");
    JobRow worked = driver.awaitState(works, JobState.COMPLETED);
    assertThat(worked.attempt()).isEqualTo(3);
    assertThat(worked.errors()).hasSize(2);
    assertThat(worked.attemptedBy()).containsExactly(client.id(), client.id(), client.id());
  }

  @Test
  void anOutcomeWhoseJobWasEndedByAnotherHandIsDropped(Logs logs) {
    RiverClient client = client(config(this::patient, OFTEN));
    client.start();
    long ended = client.insert(KIND, "{}").job().id();
    long rescued = client.insert(KIND, "{}").job().id();
    Await.permits("both jobs to begin", begun, 2);
    driver.endByAnotherHand(ended, JobState.CANCELLED);
    driver.rescue(rescued);
    assertThat(driver.claim(1, "k").getFirst().id()).isEqualTo(rescued);
    logs.expect("had lost its claim");
    mayEnd.countDown();
    client.stop();
    assertThat(driver.row(ended).state()).isEqualTo(JobState.CANCELLED);
    assertThat(driver.row(rescued).state()).isEqualTo(JobState.RUNNING);
    assertThat(driver.row(rescued).attempt()).isEqualTo(2);
    assertThat(logs.count("had lost its claim")).isEqualTo(2);
  }

  @Test
  void anInsertWakesItsOwnClient() {
    RiverClient client = client(config(context -> Outcome.done(), SELDOM).pollOnly(true));
    client.start();
    assertThat(driver.listening()).isZero();
    long id = client.insert(KIND, "{}").job().id();
    assertThat(driver.awaitState(id, JobState.COMPLETED).attemptedBy())
        .containsExactly(client.id());
  }

  @Test
  void aNotificationOfAnotherClientWakes() {
    RiverClient client = client(config(context -> Outcome.done(), SELDOM));
    client.start();
    driver.faults().awaitCount(Call.GET_AVAILABLE, 1);
    long id = driver.add("k", "{}");
    driver.notifyRaw("{\"queue\": \"unknown\"}");
    driver.notifyRaw("{\"queue\": \"default\"}");
    assertThat(driver.awaitState(id, JobState.COMPLETED).attempt()).isEqualTo(1);
  }

  @Test
  @RiverPoint(38)
  void whatNobodyToldIsFoundByTheNextPoll() {
    RiverClient client = client(config(context -> Outcome.done(), Duration.ofMillis(100)));
    client.start();
    driver.faults().awaitCount(Call.GET_AVAILABLE, 1);
    long id = driver.add("k", "{}");
    assertThat(driver.awaitState(id, JobState.COMPLETED).attempt()).isEqualTo(1);
    assertThat(driver.notified()).isEmpty();
  }

  @Test
  @RiverPoint(37)
  void afterALostConnectionJobsAreFoundWithoutPolling(Logs logs) {
    logs.expect("notifier: failed, trying again");
    RiverClient client = client(config(context -> Outcome.done(), SELDOM));
    client.start();
    driver.faults().awaitCount(Call.GET_AVAILABLE, 1);
    driver.faults().fail(Call.LISTEN, 1, Faults::away);
    driver.loseListeners();
    long id = driver.add("k", "{}");
    assertThat(driver.awaitState(id, JobState.COMPLETED).attempt()).isEqualTo(1);
  }

  @Test
  @RiverPoint(72)
  void aStopWaitsForRunningJobsAndWritesTheirEnds() {
    RiverClient client = client(config(this::patient, SELDOM));
    client.start();
    long running = client.insert(KIND, "{}").job().id();
    Await.permits("the job to begin", begun, 1);
    Thread stopper = Thread.ofPlatform().start(client::stop);
    Await.parked(stopper);
    assertThat(driver.row(running).state()).isEqualTo(JobState.RUNNING);
    mayEnd.countDown();
    Await.end(stopper);
    assertThat(driver.row(running).state()).isEqualTo(JobState.COMPLETED);
    Leftovers.noThreads();
  }

  @Test
  @RiverPoint(72)
  void aSoftStopSendsJobsBackUnused() {
    RiverClient client =
        client(config(this::patient, SELDOM).softStopTimeout(Duration.ofMillis(20)));
    client.start();
    long id = client.insert(KIND, "{}").job().id();
    Await.permits("the job to begin", begun, 1);
    client.stop();
    assertThat(driver.row(id).state()).isEqualTo(JobState.AVAILABLE);
    assertThat(driver.row(id).attempt()).isZero();
    assertThat(driver.row(id).errors()).isEmpty();
  }

  /**
   * Each may have a statement under way for half a minute: who stops the process waits no longer.
   */
  @ParameterizedTest
  @EnumSource(
      value = Call.class,
      names = {"SCHEDULE", "RUNNING"})
  void aSoftStopCountsFromItsCallWhateverElseIsUnderWay(Call slow) {
    RiverClient client =
        client(
            config(this::patient, SELDOM)
                .softStopTimeout(Duration.ofMillis(20))
                .heartbeat(HeartbeatConfig.ofTtl(Duration.ofSeconds(3))));
    Gate statement = driver.faults().block(slow);
    client.start();
    long id = client.insert(KIND, "{}").job().id();
    Await.permits("the job to begin", begun, 1);
    statement.awaitEntered();
    Thread stopper = Thread.ofPlatform().name("test-stop").start(client::stop);
    try {
      assertThat(driver.awaitState(id, JobState.AVAILABLE).attempt()).isZero();
    } finally {
      statement.open();
      Await.end(stopper);
    }
  }

  @Test
  @RiverPoint(72)
  void stopNowSendsJobsBackUnusedAndStartsNoOthers() {
    for (int i = 0; i < 500; i++) {
      driver.add("k", "{}");
    }
    RiverClient client = client(config(this::patient, OFTEN, 100));
    client.start();
    Await.permits("a full house", begun, 100);
    Thread stopper = Thread.ofPlatform().start(client::stopNow);
    Await.end(stopper);
    assertThat(driver.rows())
        .allMatch(row -> row.state() == JobState.AVAILABLE && row.attempt() == 0)
        .allMatch(row -> row.errors().isEmpty());
  }

  @Test
  void stopNowEndsAStopThatWaits() {
    RiverClient client = client(config(this::patient, SELDOM));
    client.start();
    long id = client.insert(KIND, "{}").job().id();
    Await.permits("the job to begin", begun, 1);
    Thread stopper = Thread.ofPlatform().start(client::stop);
    Await.parked(stopper);
    client.stopNow();
    Await.end(stopper);
    assertThat(driver.row(id).state()).isEqualTo(JobState.AVAILABLE);
    assertThat(driver.row(id).attempt()).isZero();
  }

  @Test
  @RiverPoint(72)
  void aStoppedClientMayBeStartedAgain() {
    RiverClient client = client(config(context -> Outcome.done(), SELDOM));
    client.stop();
    for (int i = 0; i < 10; i++) {
      long before = driver.add("k", "{}");
      client.start();
      client.start();
      driver.awaitState(before, JobState.COMPLETED);
      long during = client.insert(KIND, "{}").job().id();
      driver.awaitState(during, JobState.COMPLETED);
      client.stop();
      client.stop();
    }
    assertThat(driver.rows()).hasSize(20).allMatch(row -> row.attempt() == 1);
  }

  @RiverPoint(6)
  @Test
  void missingOrOldTablesAreRefused() {
    RiverClient client = client(config(context -> Outcome.done(), SELDOM));
    driver.applied(List.of());
    assertRefused(client, RiverError.SCHEMA_OUTDATED, "there are no River tables");
    driver.applied(List.of(1, 2, 3, 4, 5));
    assertRefused(client, RiverError.SCHEMA_OUTDATED, "are of version 5");
    driver.applied(List.of(1, 2, 3, 4, 5, 6));
    client.start();
    assertThat(driver.listening()).isEqualTo(1);
  }

  @RiverPoint(6)
  @Test
  void newerTablesAreWorkedWithAWarning(Logs logs) {
    driver.applied(List.of(1, 9));
    RiverClient client = client(config(context -> Outcome.done(), SELDOM));
    client.start();
    logs.await("are of version 9, newer than");
    long id = client.insert(KIND, "{}").job().id();
    assertThat(driver.awaitState(id, JobState.COMPLETED).attempt()).isEqualTo(1);
  }

  @Test
  void aClientWithoutQueuesOnlyInserts() {
    RiverClient client = client(RiverConfig.builder());
    assertRefused(client, RiverError.CLIENT_STATE, "has no queues");
    client.insert(KIND, "{}");
    client.stop();
    client.stopNow();
    assertThat(driver.rows()).hasSize(1);
    assertThat(driver.notified()).hasSize(1);
  }

  @Test
  void aClosedClientIsNotStartedAgain() {
    RiverClient client = client(config(context -> Outcome.done(), SELDOM));
    client.close();
    assertRefused(client, RiverError.CLIENT_STATE, "is closed");
  }

  @Test
  void aStartThatFailsHasClaimedNothing() {
    long id = driver.add("k", "{}");
    driver.faults().fail(Call.LISTEN, 1, Faults::away);
    Gate gate = driver.faults().block(Call.LISTEN);
    RiverClient client = client(config(context -> Outcome.done(), SELDOM));
    var refusal = new AtomicReference<@Nullable Throwable>();
    Thread starter = Thread.ofPlatform().start(() -> refusal.set(catchThrowable(client::start)));
    gate.awaitEntered();
    // Whatever fetched by now would be fetching for a client that does not start.
    assertThat(Thread.getAllStackTraces().keySet().stream().map(Thread::getName))
        .noneMatch(name -> name.startsWith("gala-fetch"));
    gate.open();
    Await.end(starter);
    assertThat(refusal.get())
        .isInstanceOfSatisfying(
            RiverException.class,
            e -> assertThat(e.code()).isEqualTo(RiverError.DATABASE_UNAVAILABLE));
    Leftovers.noThreads();
    assertThat(driver.faults().count(Call.GET_AVAILABLE)).isZero();
    client.start();
    assertThat(driver.awaitState(id, JobState.COMPLETED).attempt()).isEqualTo(1);
  }

  @Test
  void jobsOfAClaimUnderWayAtAStopRunAndAreWritten() {
    long id = driver.add("k", "{}");
    Gate gate = driver.faults().block(Call.GET_AVAILABLE);
    RiverClient client = client(config(context -> Outcome.done(), SELDOM));
    client.start();
    gate.awaitEntered();
    Thread stopper = Thread.ofPlatform().start(client::stop);
    Await.parked(stopper);
    gate.open();
    Await.end(stopper);
    assertThat(driver.row(id).state()).isEqualTo(JobState.COMPLETED);
  }

  @Test
  void twoClientsShareAQueueWithoutRunningAJobTwice() {
    Map<Long, Integer> runs = new ConcurrentHashMap<>();
    Worker<String> worker =
        context -> {
          runs.merge(context.job().id(), 1, Integer::sum);
          return Outcome.done();
        };
    for (int i = 0; i < 1_000; i++) {
      driver.add("k", "{}");
    }
    RiverClient first = client(config(worker, OFTEN));
    try (RiverClient second =
        RiverClient.create(driver.database(), config(worker, OFTEN).build())) {
      first.start();
      second.start();
      driver.awaitAll(row -> row.state() == JobState.COMPLETED);
      assertThat(first.id()).isNotEqualTo(second.id());
    }
    assertThat(runs).hasSize(1_000);
    assertThat(runs.values()).containsOnly(1);
  }

  @Test
  void aClientInsertsInBulkAndOnlyWhatItKnows() {
    RiverClient client = client(config(context -> Outcome.done(), SELDOM));
    var known = new JobInsert<>(KIND, "{}", InsertOptions.defaults());
    var foreign = new JobInsert<>(TextJob.of("foreign"), "{}", InsertOptions.defaults());
    assertThat(client.insertBulk(List.of(known, known), Tx.own())).isEqualTo(2);
    assertThatThrownBy(() -> client.insertBulk(List.of(known, foreign), Tx.own()))
        .isInstanceOfSatisfying(
            RiverException.class, e -> assertThat(e.code()).isEqualTo(RiverError.UNKNOWN_KIND));
    assertThat(driver.rows()).hasSize(2);
    client.close();
    assertThatThrownBy(() -> client.insertBulk(List.of(known), Tx.own()))
        .isInstanceOfSatisfying(
            RiverException.class, e -> assertThat(e.code()).isEqualTo(RiverError.CLIENT_STATE));
  }
}
