package dev.gala.river.internal.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.driver.ClaimedJob;
import dev.gala.river.fake.Await;
import dev.gala.river.fake.ExecutorConfigs;
import dev.gala.river.fake.FakeDriver;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.Rows;
import dev.gala.river.fake.TextJob;
import dev.gala.river.internal.complete.Completion;
import dev.gala.river.internal.complete.CompletionBatcher;
import dev.gala.river.internal.execute.JobExecutor;
import dev.gala.river.internal.execute.WorkerSet;
import dev.gala.river.internal.insert.JobInserter;
import dev.gala.river.internal.lead.Elector;
import dev.gala.river.internal.lead.LeaderServices;
import dev.gala.river.internal.maintain.JobScheduler;
import dev.gala.river.internal.notify.ControlMessage;
import dev.gala.river.internal.notify.Notifier;
import dev.gala.river.internal.periodic.PeriodicDefinitions;
import dev.gala.river.internal.periodic.PeriodicEnqueuer;
import dev.gala.river.internal.produce.Producers;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.JobState;
import dev.gala.river.job.QueueConfig;
import dev.gala.river.worker.Outcome;
import dev.gala.river.worker.PeriodicJob;
import dev.gala.river.worker.PeriodicSchedule;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every service must stand. */
@ExtendWith(Leftovers.class)
final class ServiceStressTest {
  private static final Duration NONE = Duration.ZERO;
  private static final int THREADS = 4;
  private static final int ROUNDS = 60;

  private static final FakeDriver NO_DRIVER = new FakeDriver();

  /** A service, and a proof that it does its work. */
  record Subject(String name, Service service, Runnable works, FakeDriver driver) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Subject> subjects() {
    return List.of(
        completer(), executor(), producers(), notifier(), scheduler(), elector(), periodic());
  }

  private static Subject completer() {
    var driver = new FakeDriver();
    var config = new CompletionBatcher.Config(100, Await.DEADLINE, InstantSource.system());
    var completer = new CompletionBatcher(driver, config, new Threads("gala"));
    return new Subject(
        "CompletionBatcher",
        completer,
        () -> {
          long id = driver.add("k", "{}");
          driver
              .claim(1, "k")
              .forEach(job -> completer.submit(new Completion.Success(job.attemptId())));
          driver.awaitState(id, JobState.COMPLETED);
        },
        driver);
  }

  private static JobExecutor newExecutor(Runnable ended) {
    return new JobExecutor(
        new WorkerSet(
            Map.of("k", new WorkerSet.Entry<>(TextJob.of("k"), context -> Outcome.done()))),
        ExecutorConfigs.of(Duration.ofMinutes(1), NONE, (job, now) -> now),
        new Threads("gala"),
        completion -> ended.run());
  }

  private static Subject executor() {
    var ends = new Semaphore(0);
    JobExecutor executor = newExecutor(ends::release);
    return new Subject(
        "JobExecutor",
        executor,
        () -> {
          executor.execute(new ClaimedJob(Rows.running(1, "k"), null), () -> {});
          Await.permits("the end of the attempt", ends, 1);
        },
        NO_DRIVER);
  }

  private static Subject producers() {
    var driver = new FakeDriver();
    var ends = new Semaphore(0);
    var config =
        new Producers.Config(
            "me", List.of("k"), Duration.ofMillis(1), Duration.ofHours(1), true, List.of());
    var producers =
        new Producers(
            driver,
            config,
            new Threads("gala"),
            newExecutor(ends::release),
            Producers.Audience.NOBODY);
    producers.add("default", new QueueConfig(3));
    producers.add("other", new QueueConfig(1));
    return new Subject(
        "Producers",
        producers,
        () -> {
          driver.add("k", "{}");
          producers.wake("default");
          Await.permits("the end of the job", ends, 1);
        },
        driver);
  }

  private static Subject notifier() {
    var driver = new FakeDriver();
    var told = new Semaphore(0);
    var notifier =
        new Notifier(
            driver,
            new Threads("gala"),
            new Notifier.Audience() {
              @Override
              public void queueHasWork(String queue) {
                told.release();
              }

              @Override
              public void told(ControlMessage message) {}

              @Override
              public void anythingMayHaveHappened() {}
            });
    return new Subject(
        "Notifier",
        notifier,
        () -> {
          driver.notifyRaw("{\"queue\": \"q\"}");
          Await.permits("the queue to be told", told, 1);
        },
        driver);
  }

  private static Subject scheduler() {
    var driver = new FakeDriver();
    var scheduler = new JobScheduler(driver, new Threads("gala"), () -> {});
    return new Subject(
        "JobScheduler",
        scheduler,
        () -> {
          // It has just looked: only a new start looks again at once.
          InsertOptions due = InsertOptions.builder().scheduledAt(Instant.EPOCH).build();
          scheduler.stop();
          long id = driver.add("k", "{}", due);
          scheduler.start();
          driver.awaitState(id, JobState.AVAILABLE);
        },
        driver);
  }

  private static Subject elector() {
    var driver = new FakeDriver();
    var threads = new Threads("gala");
    var elector =
        new Elector(
            driver,
            new Elector.Config("me", Duration.ofSeconds(5)),
            threads,
            Clockwork.SYSTEM,
            new LeaderServices(List.of(new JobScheduler(driver, threads, () -> {}))));
    return new Subject(
        "Elector",
        elector,
        () -> {
          InsertOptions due = InsertOptions.builder().scheduledAt(Instant.EPOCH).build();
          elector.stop();
          long id = driver.add("k", "{}", due);
          elector.start();
          driver.awaitState(id, JobState.AVAILABLE);
        },
        driver);
  }

  private static Subject periodic() {
    var driver = new FakeDriver();
    var threads = new Threads("gala");
    var config =
        new JobInserter.Config(
            25, Duration.ofHours(1), InstantSource.system(), null, List.of(), Map.of());
    // Never closed: it has no threads, for parked jobs are not announced.
    var inserter = new JobInserter(driver, config, threads, queue -> {});
    var definitions = new PeriodicDefinitions(null);
    definitions.add(
        List.of(
            PeriodicJob.of(TextJob.of("k"), PeriodicSchedule.never(), () -> "{}")
                .withOptions(InsertOptions.builder().pending(true).build())
                .withRunOnStart()));
    var enqueuer =
        new PeriodicEnqueuer(
            definitions,
            new PeriodicEnqueuer.Config(InstantSource.system(), List.of()),
            threads,
            inserter);
    return new Subject(
        "PeriodicEnqueuer",
        enqueuer,
        () -> {
          // It inserts when it starts: only a new start inserts again at once.
          enqueuer.stop();
          int before = driver.rows().size();
          enqueuer.start();
          Await.until("a job of the new term", () -> driver.rows().size() > before);
        },
        driver);
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void startsAndStopsAreIdempotentAndRepeatable(Subject subject) {
    Service service = subject.service();
    service.stop();
    service.stop();
    for (int round = 0; round < 20; round++) {
      service.start();
      service.start();
      subject.works().run();
      service.stop();
      service.stop();
      Leftovers.noThreads();
    }
    assertThat(subject.driver().listening()).isZero();
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void aStopRightAfterTheStartEndsIt(Subject subject) {
    for (int round = 0; round < 300; round++) {
      subject.service().start();
      subject.service().stop();
    }
    Leftovers.noThreads();
    assertThat(subject.driver().listening()).isZero();
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void manyThreadsMayStartAndStopIt(Subject subject) {
    long seed = System.nanoTime();
    var failures = new ConcurrentLinkedQueue<Throwable>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      var random = new Random(seed + i);
      threads.add(
          Thread.ofPlatform()
              .name("test-stress-" + i)
              .start(
                  () -> {
                    try {
                      startAndStop(subject.service(), random);
                    } catch (RuntimeException | Error e) {
                      failures.add(e);
                    }
                  }));
    }
    threads.forEach(Await::end);
    assertThat(failures).as("seed %s", seed).isEmpty();

    subject.service().start();
    subject.works().run();
    subject.service().stop();
    Leftovers.noThreads();
    assertThat(subject.driver().listening()).as("seed %s", seed).isZero();
  }

  private static void startAndStop(Service service, Random random) {
    for (int round = 0; round < ROUNDS; round++) {
      if (random.nextInt(10) == 0) {
        Thread.currentThread().interrupt();
      }
      if (random.nextBoolean()) {
        service.start();
      } else {
        service.stop();
      }
    }
    Thread.interrupted();
  }
}
