package dev.gala.river.internal.produce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.driver.NotificationTopic;
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
import dev.gala.river.internal.notify.Notifier;
import dev.gala.river.internal.rescue.Holdings;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.JobState;
import dev.gala.river.job.Queue;
import dev.gala.river.job.QueueConfig;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.spi.Metric;
import dev.gala.river.spi.Plugin;
import dev.gala.river.worker.Outcome;
import dev.gala.river.worker.StuckJobHandler;
import dev.gala.river.worker.WorkContext;
import dev.gala.river.worker.Worker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Leftovers.class)
final class ProducersTest {
  private static final Duration SELDOM = Duration.ofHours(1);
  private static final Duration OFTEN = Duration.ofMillis(5);
  private static final QueueWatch.Config TOLD = new QueueWatch.Config(SELDOM, SELDOM, SELDOM);

  private final FakeDriver driver = new FakeDriver();
  private final Semaphore begun = new Semaphore(0);
  private final Semaphore mayEnd = new Semaphore(0);
  private final List<Completion> ends = new CopyOnWriteArrayList<>();
  private final List<String> told = new CopyOnWriteArrayList<>();
  private final List<Metric> measured = new CopyOnWriteArrayList<>();
  private final Threads threads = new Threads("gala");
  private final AtomicInteger totalsLogged = new AtomicInteger();
  private JobExecutor executor =
      new JobExecutor(
          workers(
              context -> {
                begun.release();
                mayEnd.acquire();
                return Outcome.done();
              }),
          ExecutorConfigs.of(Duration.ZERO, Duration.ZERO, (job, now) -> now),
          threads,
          ends::add);
  private Producers producers = producers(TOLD);
  private Notifier notifier = new Notifier(driver, threads, producers);

  private static WorkerSet workers(Worker<String> worker) {
    return new WorkerSet(Map.of("k", new WorkerSet.Entry<>(TextJob.of("k"), worker)));
  }

  private Producers producers(QueueWatch.Config watching) {
    Plugin broken =
        new Plugin() {
          @Override
          public void metric(Metric metric) {
            throw new IllegalStateException("broken plugin");
          }
        };
    Plugin taking =
        new Plugin() {
          @Override
          public void metric(Metric metric) {
            measured.add(metric);
          }
        };
    return new Producers(
        driver,
        new Producers.Config(
            "me",
            List.of("k"),
            Duration.ofMillis(1),
            SELDOM,
            false,
            List.of(broken, taking),
            new Holdings()),
        threads,
        executor,
        new Producers.Audience() {
          @Override
          public void logTotals() {
            totalsLogged.incrementAndGet();
          }

          @Override
          public void queuePaused(String queue) {
            told.add("paused " + queue);
          }

          @Override
          public void queueResumed(String queue) {
            told.add("resumed " + queue);
          }
        },
        watching);
  }

  private void start(Logs logs) {
    logs.expect("failed to take");
    notifier.start();
    producers.start();
  }

  /** A client that polls; no notifier is started. */
  private void startPolling(Logs logs, Duration reportInterval, Duration lookInterval) {
    logs.expect("failed to take");
    producers = producers(new QueueWatch.Config(reportInterval, lookInterval, SELDOM));
    producers.add("a", new QueueConfig(2));
    producers.start();
  }

  @AfterEach
  void stop() {
    mayEnd.release(1_000);
    producers.stop();
    notifier.stop();
    executor.stop();
  }

  private long add(String queue) {
    return driver.add("k", "{}", InsertOptions.builder().queue(queue).build());
  }

  private void awaitTold(String event) {
    Await.until(event, () -> told.contains(event));
  }

  private Queue row(String queue) {
    return Objects.requireNonNull(driver.queue(queue));
  }

  private static void assertRefused(ThrowingCallable call, RiverError code, String part) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(RiverException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(part);
  }

  @Test
  @RiverPoint(47)
  void pausesAndResumptionsReachTheirQueues(Logs logs) {
    producers.add("a", new QueueConfig(1));
    producers.add("b", new QueueConfig(1));
    start(logs);
    // A claim under way would bring jobs in spite of a pause.
    Await.until("both first claims to end", () -> measured.size() == 4);
    assertThat(driver.executor().queuePause("a")).isTrue();
    awaitTold("paused a");
    assertThat(driver.executor().queuePause("*")).isTrue();
    awaitTold("paused b");
    driver.executor().queueResume("b");
    awaitTold("resumed b");
    add("a");
    assertThat(begun.tryAcquire()).isFalse();
    driver.executor().queueResume("*");
    // Nobody says that there is a job, and it polls once an hour.
    Await.permits("the job to begin", begun, 1);
    awaitTold("resumed a");
    assertThat(told).containsExactly("paused a", "paused b", "resumed b", "resumed a");
  }

  @Test
  void aRepeatedPauseChangesNothing(Logs logs) {
    producers.add("a", new QueueConfig(1));
    start(logs);
    driver.executor().queuePause("a");
    Instant pausedAt = row("a").pausedAt();
    driver.executor().queuePause("a");
    driver.executor().queuePause("unknown");
    driver.executor().queueResume("a");
    driver.executor().queueResume("a");
    driver.executor().queuePause("a");
    Await.until("the second pause", () -> told.size() == 3);
    assertThat(told).containsExactly("paused a", "resumed a", "paused a");
    assertThat(pausedAt).isNotNull();
  }

  @Test
  @RiverPoint(74)
  void aCancelReachesTheJobOfItsQueueAlone(Logs logs) {
    producers.add("a", new QueueConfig(1));
    start(logs);
    long id = add("a");
    producers.wake("a");
    Await.permits("the job to begin", begun, 1);
    for (String queue : List.of("b", "*", "")) {
      driver.notifyRaw(
          NotificationTopic.CONTROL,
          "{\"action\":\"cancel\",\"job_id\":" + id + ",\"queue\":\"" + queue + "\"}");
    }
    driver.executor().queuePause("a");
    awaitTold("paused a");
    assertThat(ends).isEmpty();
    driver.executor().jobCancel(id, Instant.now());
    Await.until("its end", () -> ends.size() == 1);
    assertThat(((Completion.Full) ends.getFirst()).params().state()).isEqualTo(JobState.CANCELLED);
  }

  @Test
  void whatWasMissedWhileNobodyListenedIsLookedForOnce(Logs logs) {
    logs.expect("failed, trying again");
    producers.add("a", new QueueConfig(1));
    start(logs);
    long id = add("a");
    producers.wake("a");
    Await.permits("the job to begin", begun, 1);
    Gate gate = driver.faults().block(Call.LISTEN);
    driver.faults().fail(Call.QUEUE_GET, 1, Faults::away);
    driver.faults().fail(Call.CANCEL_REQUESTED, 1, Faults::away);
    driver.loseListeners();
    gate.awaitEntered();
    driver.executor().queuePause("a");
    driver.executor().jobCancel(id, Instant.now());
    gate.open();
    awaitTold("paused a");
    Await.until("the end of the job", () -> ends.size() == 1);
    assertThat(((Completion.Full) ends.getFirst()).params().state()).isEqualTo(JobState.CANCELLED);
  }

  @Test
  @RiverPoint(47)
  void aClientThatCannotListenLooksForPauses(Logs logs) {
    startPolling(logs, SELDOM, OFTEN);
    driver.pauseUntold("a", true);
    awaitTold("paused a");
    add("a");
    driver.pauseUntold("a", false);
    Await.permits("the job to begin", begun, 1);
    assertThat(driver.listening()).isZero();
  }

  @Test
  void aClientThatCannotListenLooksForCancellations(Logs logs) {
    startPolling(logs, SELDOM, OFTEN);
    long cancelled = add("a");
    add("a");
    producers.wakeAll();
    Await.permits("both jobs to begin", begun, 2);
    driver.cancelUntold(cancelled);
    Await.until("the end of the job", () -> ends.size() == 1);
    assertThat(((Completion.Full) ends.getFirst()).params().attemptId().jobId())
        .isEqualTo(cancelled);
  }

  @Test
  void whileNothingRunsNoCancellationIsLookedFor(Logs logs) {
    startPolling(logs, SELDOM, OFTEN);
    driver.faults().awaitCount(Call.QUEUE_GET, 3);
    assertThat(driver.faults().count(Call.CANCEL_REQUESTED)).isZero();
  }

  @Test
  @RiverPoint(46)
  void itsQueuesAreReportedAgainAndAgain(Logs logs) {
    startPolling(logs, Duration.ZERO, SELDOM);
    Instant first = row("a").updatedAt();
    driver.faults().awaitCount(Call.QUEUE_CREATE_OR_UPDATE, 2);
    Await.until("a later report", () -> row("a").updatedAt().isAfter(first));
    assertThat(row("a").createdAt()).isBeforeOrEqualTo(first);
  }

  @Test
  void fetchingDoesNotWaitForAReport(Logs logs) {
    startPolling(logs, SELDOM, OFTEN);
    Gate gate = driver.faults().block(Call.QUEUE_GET);
    gate.awaitEntered();
    add("a");
    producers.wake("a");
    Await.permits("the job to begin", begun, 1);
    gate.open();
  }

  @Test
  @RiverPoint(51)
  void queuesComeAndGo(Logs logs) {
    start(logs);
    assertThat(producers.isEmpty()).isTrue();
    producers.add("a", new QueueConfig(1));
    assertThat(row("a").pausedAt()).isNull();
    long first = add("a");
    producers.wake("a");
    Await.permits("the job to begin", begun, 1);
    assertRefused(
        () -> producers.add("a", new QueueConfig(1)), RiverError.QUEUE_ALREADY_ADDED, "\"a\"");
    assertThat(producers.remove("a", Duration.ZERO)).isFalse();
    // It still has a job: it is there, may be told of a cancellation, and fetches nothing.
    assertRefused(
        () -> producers.add("a", new QueueConfig(1)), RiverError.QUEUE_ALREADY_ADDED, "\"a\"");
    add("a");
    producers.wake("a");
    driver.executor().jobCancel(first, Instant.now());
    assertThat(producers.remove("a", Await.DEADLINE)).isTrue();
    assertThat(ends).hasSize(1);
    assertThat(producers.isEmpty()).isTrue();
    assertRefused(() -> producers.remove("a", Duration.ZERO), RiverError.NOT_FOUND, "\"a\"");
    assertThat(begun.availablePermits()).isZero();
    producers.add("a", new QueueConfig(1));
    Await.permits("the second job to begin", begun, 1);
  }

  @Test
  @RiverPoint(51)
  void aRemovalWaitsForItsJobs(Logs logs) {
    producers.add("a", new QueueConfig(2));
    producers.add("b", new QueueConfig(1));
    start(logs);
    add("a");
    producers.wake("a");
    Await.permits("the job to begin", begun, 1);
    var removed = new AtomicBoolean();
    Thread remover =
        Thread.ofPlatform().start(() -> removed.set(producers.remove("a", Await.DEADLINE)));
    Await.until("a to be left", () -> noFetcher("a"));
    assertThat(removed).isFalse();
    // Meanwhile the others are worked, and stopped and started.
    producers.stop();
    producers.start();
    assertThat(noFetcher("a")).isTrue();
    add("b");
    producers.wake("b");
    Await.permits("the other queue's job to begin", begun, 1);
    mayEnd.release(2);
    Await.end(remover);
    assertThat(removed).isTrue();
  }

  @Test
  @RiverPoint(51)
  void aRemovalWaitsForAJobWhoseSlotWasGivenAwayAndItMayBeCancelled(Logs logs) {
    logs.expect("after the end of its time");
    var stuck = new Semaphore(0);
    JobExecutor.Options plain = ExecutorConfigs.options();
    var options =
        new JobExecutor.Options(
            plain.plugins(),
            plain.kindPlugins(),
            null,
            Duration.ofMillis(1),
            job -> {
              stuck.release();
              return StuckJobHandler.Decision.ADD_SLOT;
            },
            plain.transactions(),
            plain.workTransactions(),
            plain.watched());
    executor =
        new JobExecutor(
            workers(this::deaf),
            new JobExecutor.Config(
                Duration.ofMillis(1),
                Duration.ZERO,
                (job, now) -> now,
                InstantSource.system(),
                options),
            threads,
            ends::add);
    executor.start();
    producers = producers(TOLD);
    notifier = new Notifier(driver, threads, producers);
    producers.add("a", new QueueConfig(1));
    start(logs);
    long id = add("a");
    producers.wake("a");
    Await.permits("the handler to be asked", stuck, 1);
    // Its slot is free: another one is fetched.
    add("a");
    producers.wake("a");
    Await.permits("both jobs to begin", begun, 2);
    assertThat(producers.remove("a", Duration.ZERO)).isFalse();
    driver.executor().jobCancel(id, Instant.now());
    driver.executor().queuePause("a");
    awaitTold("paused a");
    mayEnd.release(2);
    assertThat(producers.remove("a", Await.DEADLINE)).isTrue();
    assertThat(ends)
        .hasSize(2)
        .map(end -> ((Completion.Full) end).params())
        .filteredOn(end -> end.state() == JobState.CANCELLED)
        .singleElement()
        .satisfies(end -> assertThat(end.attemptId().jobId()).isEqualTo(id));
  }

  /** Heeds no interruption. */
  private Outcome deaf(WorkContext<String> context) {
    begun.release();
    mayEnd.acquireUninterruptibly();
    throw new IllegalStateException("too late");
  }

  @Test
  void howAQueueStandsIsLoggedWhenItIsSomethingNew(Logs logs) {
    logs.expect("failed to take");
    logs.listenTo(Producer.class);
    producers = producers(new QueueWatch.Config(SELDOM, SELDOM, OFTEN));
    producers.add("a", new QueueConfig(1));
    add("a");
    producers.start();
    logs.awaitLesser("queue a: 0 jobs ended, 1 running");
    mayEnd.release();
    logs.awaitLesser("queue a: 1 jobs ended, 0 running");
    Await.until("two more moments to log", () -> totalsLogged.get() > 4);
    assertThat(logs.countLesser("queue a: ")).isEqualTo(2);
  }

  private static boolean noFetcher(String queue) {
    return Thread.getAllStackTraces().keySet().stream()
        .noneMatch(thread -> thread.getName().equals("gala-fetch-" + queue));
  }

  @Test
  void aQueueThatCannotBeStartedIsNotAdded(Logs logs) {
    start(logs);
    driver.faults().fail(Call.QUEUE_CREATE_OR_UPDATE, 1, Faults::away);
    assertRefused(
        () -> producers.add("a", new QueueConfig(1)), RiverError.DATABASE_UNAVAILABLE, "away");
    assertThat(producers.isEmpty()).isTrue();
    assertRefused(
        () -> producers.add("a", new QueueConfig(1, Duration.ofHours(2), null)),
        RiverError.CONFIG_INVALID,
        "fetchPollInterval of PT1H");
    producers.add("a", new QueueConfig(1));
    add("a");
    producers.wake("a");
    Await.permits("the job to begin", begun, 1);
  }

  @Test
  void aStartThatFailsStopsWhatItStarted(Logs logs) {
    producers.add("a", new QueueConfig(1));
    producers.add("b", new QueueConfig(1));
    driver.faults().refuse(Call.QUEUE_CREATE_OR_UPDATE, "b"::equals, Faults::refused);
    assertThatThrownBy(() -> start(logs)).hasMessageContaining("value refused");
    assertThat(noFetcher("a")).isTrue();
    driver.faults().heal(Call.QUEUE_CREATE_OR_UPDATE);
    start(logs);
    add("b");
    producers.wake("b");
    Await.permits("the job to begin", begun, 1);
  }

  @Test
  @RiverPoint(97)
  void pluginsAreToldOfClaimsWhateverTheOthersThrow(Logs logs) {
    producers.add("a", new QueueConfig(1));
    start(logs);
    logs.await("failed to take");
    Await.until("both measurements", () -> measured.size() >= 2);
    assertThat(measured.get(1)).isEqualTo(new Metric.JobGetAvailableCount("a", 0));
  }
}
