package dev.gala.river.internal.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.driver.ClaimedJob;
import dev.gala.river.driver.Heartbeats.Silent;
import dev.gala.river.fake.Await;
import dev.gala.river.fake.Call;
import dev.gala.river.fake.ExecutorConfigs;
import dev.gala.river.fake.FakeDriver;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.Logs;
import dev.gala.river.fake.Rows;
import dev.gala.river.fake.TextJob;
import dev.gala.river.internal.complete.Completion;
import dev.gala.river.internal.complete.CompletionBatcher;
import dev.gala.river.internal.execute.JobExecutor;
import dev.gala.river.internal.execute.WorkerSet;
import dev.gala.river.internal.insert.JobInserter;
import dev.gala.river.internal.lead.Elector;
import dev.gala.river.internal.lead.LeaderServices;
import dev.gala.river.internal.maintain.JobCleaner;
import dev.gala.river.internal.maintain.JobRescuer;
import dev.gala.river.internal.maintain.JobScheduler;
import dev.gala.river.internal.maintain.Pace;
import dev.gala.river.internal.maintain.QueueCleaner;
import dev.gala.river.internal.maintain.Reindexer;
import dev.gala.river.internal.notify.ControlMessage;
import dev.gala.river.internal.notify.Notifier;
import dev.gala.river.internal.periodic.PeriodicDefinitions;
import dev.gala.river.internal.periodic.PeriodicEnqueuer;
import dev.gala.river.internal.produce.Producers;
import dev.gala.river.internal.rescue.CrashRescue;
import dev.gala.river.internal.rescue.Heartbeat;
import dev.gala.river.internal.rescue.Holdings;
import dev.gala.river.internal.rescue.Lease;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.JobState;
import dev.gala.river.job.MaintenanceConfig;
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
import java.util.function.BiFunction;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every service must stand. */
@ExtendWith(Leftovers.class)
final class ServiceStressTest {
  private static final Duration NONE = Duration.ZERO;
  private static final Pace OFTEN = Pace.restless(Duration.ofMillis(1));
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
        completer(),
        executor(),
        producers(),
        notifier(),
        elector(),
        periodic(),
        leading("JobScheduler", Call.SCHEDULE, ServiceStressTest::scheduler),
        leading("JobRescuer", Call.GET_STUCK, ServiceStressTest::rescuer),
        leading("JobCleaner", Call.DELETE_BEFORE, ServiceStressTest::cleaner),
        leading("QueueCleaner", Call.QUEUE_DELETE_EXPIRED, ServiceStressTest::queueCleaner),
        leading("Reindexer", Call.INDEXES_EXIST, ServiceStressTest::reindexer),
        heartbeat(),
        rescue());
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
            "me",
            List.of("k"),
            Duration.ofMillis(1),
            Duration.ofHours(1),
            true,
            List.of(),
            new Holdings());
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

  private static Subject heartbeat() {
    var driver = new FakeDriver();
    var lease = new Lease();
    var heartbeat =
        new Heartbeat(
            driver.heartbeats(Duration.ofMinutes(1)),
            new Heartbeat.Config("me", Duration.ofMinutes(1)),
            new Threads("gala"),
            lease,
            new Holdings(lease::holds),
            new Heartbeat.Audience() {
              @Override
              public void cutOff() {}

              @Override
              public void backInTouch() {}

              @Override
              public void dead(List<Silent> clients) {}
            });
    return new Subject(
        "Heartbeat",
        heartbeat,
        () -> Await.until("the client to be known", () -> driver.hasClient("me")),
        driver);
  }

  private static Subject rescue() {
    var driver = new FakeDriver();
    var rescue =
        new CrashRescue(
            driver,
            driver.heartbeats(Duration.ofMinutes(1)),
            new CrashRescue.Config("me", Duration.ofMinutes(1), InstantSource.system()),
            new Threads("gala"),
            new Holdings(),
            queue -> {});
    return new Subject(
        "CrashRescue",
        rescue,
        () -> {
          int before = driver.rescues().size();
          rescue.dead(List.of(new Silent("dead", 1, Instant.EPOCH, Duration.ofMinutes(1))));
          Await.until("the rescue", () -> driver.rescues().size() > before);
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

  /** A leader's service, which works when it asks the database. */
  private static Subject leading(
      String name, Call call, BiFunction<FakeDriver, Threads, Service> service) {
    var driver = new FakeDriver();
    return new Subject(
        name,
        service.apply(driver, new Threads("gala")),
        () -> driver.faults().awaitCount(call, driver.faults().count(call) + 2),
        driver);
  }

  private static Service scheduler(FakeDriver driver, Threads threads) {
    return new JobScheduler(driver, OFTEN, threads, () -> {});
  }

  private static Service rescuer(FakeDriver driver, Threads threads) {
    return new JobRescuer(
        driver,
        OFTEN,
        threads,
        new JobRescuer.Config(
            Duration.ofHours(1),
            new WorkerSet(Map.of()),
            NONE,
            (job, now) -> now,
            false,
            InstantSource.system()));
  }

  private static Service cleaner(FakeDriver driver, Threads threads) {
    return new JobCleaner(driver, OFTEN, threads, MaintenanceConfig.defaults()::retention);
  }

  private static Service queueCleaner(FakeDriver driver, Threads threads) {
    return new QueueCleaner(driver, OFTEN, threads);
  }

  /** A stop may come while it rebuilds, which it says. */
  private static Service reindexer(FakeDriver driver, Threads threads) {
    driver.maintenance().addIndex("i");
    return new Reindexer(
        driver,
        threads,
        new Reindexer.Config(
            List.of("i"),
            after -> after.plusMillis(1),
            Duration.ofMinutes(1),
            InstantSource.system()));
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
            new LeaderServices(List.of(scheduler(driver, threads))));
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
  void startsAndStopsAreIdempotentAndRepeatable(Subject subject, Logs logs) {
    logs.expect("rebuilding index i failed");
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
  void aStopRightAfterTheStartEndsIt(Subject subject, Logs logs) {
    logs.expect("rebuilding index i failed");
    for (int round = 0; round < 300; round++) {
      subject.service().start();
      subject.service().stop();
    }
    Leftovers.noThreads();
    assertThat(subject.driver().listening()).isZero();
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void manyThreadsMayStartAndStopIt(Subject subject, Logs logs) {
    logs.expect("rebuilding index i failed");
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
