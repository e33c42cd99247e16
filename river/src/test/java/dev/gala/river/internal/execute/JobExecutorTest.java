package dev.gala.river.internal.execute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.driver.ClaimedJob;
import dev.gala.river.driver.JobSetStateParams;
import dev.gala.river.fake.Await;
import dev.gala.river.fake.ExecutorConfigs;
import dev.gala.river.fake.Gate;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.Logs;
import dev.gala.river.fake.Rows;
import dev.gala.river.fake.TextJob;
import dev.gala.river.internal.complete.Completion;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.job.ArgsCodec;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.JobType;
import dev.gala.river.worker.Outcome;
import dev.gala.river.worker.WorkContext;
import dev.gala.river.worker.Worker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Leftovers.class)
final class JobExecutorTest {
  private static final JobType<String> KIND = TextJob.of("k");
  private static final Duration NO_LIMIT = Duration.ZERO;
  private static final Duration SHORT = Duration.ofMillis(20);
  private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);

  private final BlockingQueue<Completion> completions = new LinkedBlockingQueue<>();
  private final AtomicInteger ended = new AtomicInteger();
  private final CountDownLatch entered = new CountDownLatch(1);
  private @Nullable JobExecutor executor;

  private JobExecutor executor(Worker<String> worker, Duration jobTimeout, Duration softStop) {
    return executor(KIND, worker, jobTimeout, softStop);
  }

  private JobExecutor executor(
      JobType<String> type, Worker<String> worker, Duration jobTimeout, Duration softStop) {
    executor =
        new JobExecutor(
            new WorkerSet(Map.of(type.kind(), new WorkerSet.Entry<>(type, worker))),
            ExecutorConfigs.of(jobTimeout, softStop, (job, now) -> now.plusSeconds(60)),
            new Threads("gala"),
            completions::add);
    executor.start();
    return executor;
  }

  @AfterEach
  void stop() {
    if (executor != null) {
      executor.stop();
    }
  }

  private Completion run(JobExecutor executor, JobRow job) throws InterruptedException {
    executor.execute(claimed(job), ended::incrementAndGet);
    return next();
  }

  private Completion next() throws InterruptedException {
    Completion completion = completions.poll(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS);
    assertThat(completion).as("a completion").isNotNull();
    return completion;
  }

  private static JobSetStateParams params(Completion completion) {
    return ((Completion.Full) completion).params();
  }

  private static ClaimedJob claimed(JobRow job) {
    return new ClaimedJob(job, null);
  }

  private static JobRow job() {
    return Rows.running(1, "k");
  }

  /** A worker that ends only by interruption, and says so by throwing. */
  private Outcome untilInterrupted(WorkContext<String> context) throws InterruptedException {
    entered.countDown();
    new CountDownLatch(1).await();
    throw new AssertionError("not interrupted");
  }

  /** A worker's own limit. */
  private Worker<String> limited(Worker<String> worker, Duration own) {
    return new Worker<>() {
      @Override
      public Outcome work(WorkContext<String> context) throws Exception {
        return worker.work(context);
      }

      @Override
      public Duration timeout(JobRow job) {
        return own;
      }
    };
  }

  @Test
  void whatAWorkerReturnsIsHandedOver() throws InterruptedException {
    JobExecutor executor = executor(context -> Outcome.done(), NO_LIMIT, NO_LIMIT);
    assertThat(run(executor, job())).isEqualTo(new Completion.Success(job().attemptId()));
  }

  @Test
  void eachAttemptHasAVirtualThreadNamedByItsRole() throws InterruptedException {
    var thread = new AtomicReference<Thread>();
    JobExecutor executor =
        executor(
            context -> {
              thread.set(Thread.currentThread());
              return Outcome.done();
            },
            NO_LIMIT,
            NO_LIMIT);
    run(executor, job());
    assertThat(thread.get().isVirtual()).isTrue();
    assertThat(thread.get().getName()).startsWith("gala-job-");
  }

  @Test
  void theWorkerSeesItsAttempt() throws InterruptedException {
    var seen = new AtomicReference<String>();
    JobExecutor executor =
        executor(
            context -> {
              seen.set(context.args() + context.job().id() + context.cancelled());
              context.setMetadata("m", "7");
              return Outcome.done();
            },
            NO_LIMIT,
            NO_LIMIT);
    assertThat(params(run(executor, job())).metadata()).isEqualTo("{\"m\":7}");
    assertThat(seen).hasValue("{}1false");
  }

  @Test
  void aLogThatCannotBeKeptKeepsNoAttemptFromEnding(Logs logs) throws InterruptedException {
    logs.expect("could not be kept");
    JobExecutor executor =
        executor(
            context -> {
              context.logger().info("a line");
              throw new IllegalStateException("the worker's own");
            },
            NO_LIMIT,
            NO_LIMIT);
    // No such row is ever read: it stands for whatever keeping a log may run into.
    JobSetStateParams params = params(run(executor, Rows.running(1, "k", 1, 25, 0, null)));
    assertThat(params.state()).isEqualTo(JobState.RETRYABLE);
    assertThat(params.error().error()).isEqualTo("the worker's own");
    assertThat(params.metadata()).isNull();
  }

  @Test
  @RiverPoint(62)
  void theTimeoutInterrupts() throws InterruptedException {
    var sawIt = new AtomicBoolean();
    JobExecutor executor =
        executor(
            context -> {
              assertThat(context.deadline()).isNotNull();
              try {
                return untilInterrupted(context);
              } finally {
                sawIt.set(context.cancelled());
              }
            },
            SHORT,
            NO_LIMIT);
    JobSetStateParams params = params(run(executor, job()));
    assertThat(params.state()).isEqualTo(JobState.RETRYABLE);
    assertThat(params.error().error()).startsWith("timed out: ");
    assertThat(sawIt).isTrue();
  }

  @Test
  @RiverPoint(62)
  void aWorkersOwnTimeoutWins() throws InterruptedException {
    JobExecutor executor = executor(limited(this::untilInterrupted, SHORT), NO_LIMIT, NO_LIMIT);
    assertThat(params(run(executor, job())).error().error()).startsWith("timed out: ");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE})
  @RiverPoint(62)
  void aWorkersOwnTimeoutMayBeNone(long seconds) throws InterruptedException {
    var deadlines = new AtomicInteger();
    Worker<String> worker =
        context -> {
          deadlines.addAndGet(context.deadline() == null ? 0 : 1);
          return Outcome.done();
        };
    JobExecutor executor = executor(limited(worker, Duration.ofSeconds(seconds)), SHORT, NO_LIMIT);
    assertThat(run(executor, job())).isInstanceOf(Completion.Success.class);
    assertThat(deadlines).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MAX_VALUE})
  @RiverPoint(62)
  void theClientsTimeoutMayBeNone(long seconds) throws InterruptedException {
    var deadlines = new AtomicInteger();
    JobExecutor executor =
        executor(
            context -> {
              deadlines.addAndGet(context.deadline() == null ? 0 : 1);
              return Outcome.done();
            },
            Duration.ofSeconds(seconds),
            NO_LIMIT);
    assertThat(run(executor, job())).isInstanceOf(Completion.Success.class);
    assertThat(deadlines).hasValue(0);
  }

  @Test
  void theTimeoutHoldsAfterARestart() throws InterruptedException {
    JobExecutor executor = executor(this::untilInterrupted, SHORT, NO_LIMIT);
    executor.stop();
    executor.start();
    assertThat(params(run(executor, job())).error().error()).startsWith("timed out: ");
  }

  @Test
  void anErrorFailsTheAttemptOnly() throws InterruptedException {
    JobExecutor executor =
        executor(
            context -> {
              if (context.job().id() == 1) {
                return endless(context);
              }
              if (context.job().id() == 2) {
                throw new NoClassDefFoundError("some/Class");
              }
              return Outcome.done();
            },
            NO_LIMIT,
            NO_LIMIT);
    JobSetStateParams overflow = params(run(executor, job()));
    assertThat(overflow.error().error()).isEqualTo("java.lang.StackOverflowError");
    assertThat(overflow.error().trace()).contains("endless");
    JobSetStateParams missing = params(run(executor, Rows.running(2, "k")));
    assertThat(missing.error().error()).isEqualTo("some/Class");
    assertThat(run(executor, Rows.running(3, "k"))).isInstanceOf(Completion.Success.class);
  }

  @SuppressWarnings("InfiniteRecursion")
  private static Outcome endless(WorkContext<String> context) {
    return endless(context);
  }

  @Test
  @RiverPoint(60)
  void anUnknownKindFailsWithRiversText() throws InterruptedException {
    JobExecutor executor = executor(context -> Outcome.done(), NO_LIMIT, NO_LIMIT);
    JobSetStateParams params = params(run(executor, Rows.running(1, "stranger")));
    assertThat(params.state()).isEqualTo(JobState.RETRYABLE);
    assertThat(params.error().error())
        .isEqualTo("job kind is not registered in the client's Workers bundle: stranger");
  }

  @Test
  void aWorkerThatReturnsNullFails() throws InterruptedException {
    JobExecutor executor = executor(context -> null, NO_LIMIT, NO_LIMIT);
    assertThat(params(run(executor, job())).error().error())
        .isEqualTo("the worker returned null: return an Outcome");
  }

  @Test
  @RiverPoint(61)
  void argumentsThatCannotBeReadFailTheAttempt() throws InterruptedException {
    JobType<String> unreadable =
        JobType.of(
            "k",
            new ArgsCodec<String>() {
              @Override
              public String encode(String args) {
                return args;
              }

              @Override
              public String decode(String json) {
                throw new IllegalArgumentException("what is this?");
              }
            });
    JobExecutor executor = executor(unreadable, context -> Outcome.done(), NO_LIMIT, NO_LIMIT);
    assertThat(params(run(executor, job())).error().error()).isEqualTo("what is this?");
  }

  @Test
  void aSnoozeTooFarAwayFailsTheAttempt() throws InterruptedException {
    JobExecutor executor = executor(context -> Outcome.snooze(FOR_EVER), NO_LIMIT, NO_LIMIT);
    assertThat(params(run(executor, job())).state()).isEqualTo(JobState.RETRYABLE);
  }

  @Test
  @RiverPoint(72)
  void aStopWithoutLimitWaitsForTheWorker() throws InterruptedException {
    var gate = new Gate();
    JobExecutor executor =
        executor(
            context -> {
              gate.pass();
              return Outcome.done();
            },
            NO_LIMIT,
            Duration.ZERO);
    executor.execute(claimed(job()), ended::incrementAndGet);
    gate.awaitEntered();
    Thread stopper = Thread.ofPlatform().start(executor::stop);
    Await.parked(stopper);
    assertThat(completions).isEmpty();
    gate.open();
    Await.end(stopper);
    assertThat(next()).isInstanceOf(Completion.Success.class);
  }

  @Test
  void aStopWithEndlessPatienceWaitsForTheWorker() throws InterruptedException {
    JobExecutor executor = executor(context -> Outcome.done(), NO_LIMIT, FOR_EVER);
    run(executor, job());
    executor.stop();
    assertThat(ended).hasValue(1);
  }

  @Test
  @RiverPoint(72)
  void aStopInterruptsWhenItsPatienceIsOver() throws InterruptedException {
    JobExecutor executor = executor(this::untilInterrupted, NO_LIMIT, SHORT);
    executor.execute(claimed(Rows.running(1, "k", 3, 3, 0, "{}")), ended::incrementAndGet);
    Await.latch("the worker to begin", entered);
    executor.stop();
    JobSetStateParams params = params(next());
    assertThat(params.state()).isEqualTo(JobState.AVAILABLE);
    assertThat(params.attempt()).isEqualTo(2);
    assertThat(params.error()).isNull();
    assertThat(ended).hasValue(1);
  }

  @Test
  void anInterruptedStopStillWaitsAndStaysInterrupted() throws InterruptedException {
    var gate = new Gate();
    JobExecutor executor =
        executor(
            context -> {
              gate.pass();
              return Outcome.done();
            },
            NO_LIMIT,
            NO_LIMIT);
    executor.execute(claimed(job()), ended::incrementAndGet);
    gate.awaitEntered();
    var stayed = new AtomicBoolean();
    Thread stopper =
        Thread.ofPlatform()
            .start(
                () -> {
                  Thread.currentThread().interrupt();
                  executor.stop();
                  stayed.set(Thread.interrupted());
                });
    Await.parked(stopper);
    gate.open();
    Await.end(stopper);
    assertThat(stayed).isTrue();
    assertThat(ended).hasValue(1);
  }

  @Test
  void aWorkerThatHeedsNoInterruptKeepsItsOutcome() throws InterruptedException {
    var gate = new Gate();
    JobExecutor executor =
        executor(
            context -> {
              gate.pass();
              return Outcome.done();
            },
            NO_LIMIT,
            NO_LIMIT);
    executor.execute(claimed(job()), ended::incrementAndGet);
    gate.awaitEntered();
    executor.interruptAll();
    gate.open();
    assertThat(next()).isInstanceOf(Completion.Success.class);
  }

  @Test
  void anInterruptBeforeTheWorkerBeginsReachesIt() throws InterruptedException {
    // Many rounds: now the interrupt comes before the thread runs, now after.
    JobExecutor executor = executor(this::untilInterrupted, NO_LIMIT, NO_LIMIT);
    for (int i = 0; i < 200; i++) {
      executor.execute(claimed(job()), ended::incrementAndGet);
      executor.interruptAll();
      assertThat(params(next()).state()).isEqualTo(JobState.AVAILABLE);
    }
  }

  @Test
  void anInterruptWhileTheEndIsHandedOverChangesNothing() throws InterruptedException {
    var gate = new Gate();
    var slow =
        new JobExecutor(
            new WorkerSet(Map.of("k", new WorkerSet.Entry<>(KIND, context -> Outcome.done()))),
            ExecutorConfigs.of(NO_LIMIT, NO_LIMIT, (job, now) -> now),
            new Threads("gala"),
            completion -> {
              gate.pass();
              completions.add(completion);
            });
    slow.start();
    slow.execute(claimed(job()), ended::incrementAndGet);
    gate.awaitEntered();
    slow.interruptAll();
    gate.open();
    assertThat(next()).isInstanceOf(Completion.Success.class);
    slow.stop();
    assertThat(ended).hasValue(1);
  }

  @Test
  void whatBeginsAfterAnInterruptOfAllSeesNoWorker() throws InterruptedException {
    var begun = new AtomicInteger();
    JobExecutor executor =
        executor(
            context -> {
              begun.incrementAndGet();
              return Outcome.done();
            },
            NO_LIMIT,
            NO_LIMIT);
    executor.interruptAll();
    assertThat(params(run(executor, job())).state()).isEqualTo(JobState.AVAILABLE);
    assertThat(begun).hasValue(0);
  }

  @Test
  void aJobForWhichThereIsNoThreadGoesBackAndIsNotWaitedFor(Logs logs) throws InterruptedException {
    var threads = new Threads("gala");
    var config = ExecutorConfigs.of(NO_LIMIT, NO_LIMIT, (job, now) -> now);
    var workers = new WorkerSet(Map.of());
    JobExecutor executor =
        new JobExecutor(
            workers,
            config,
            threads,
            completions::add,
            body -> {
              throw new OutOfMemoryError("unable to create native thread");
            });
    executor.start();
    assertThat(
            executor.execute(claimed(Rows.running(1, "k", 3, 3, 0, "{}")), ended::incrementAndGet))
        .isFalse();
    logs.expect("no thread could be started for job 1");
    JobSetStateParams params = params(next());
    assertThat(params.state()).isEqualTo(JobState.SCHEDULED);
    assertThat(params.attempt()).isEqualTo(2);
    assertThat(params.error()).isNull();
    executor.stop();
    assertThat(ended).hasValue(1);
    assertThat(executor.attempts()).isEmpty();
  }

  @Test
  void aStopReturnsWhenEveryEndWasTold() throws InterruptedException {
    JobExecutor executor = executor(context -> Outcome.done(), NO_LIMIT, NO_LIMIT);
    for (int i = 1; i <= 200; i++) {
      var told = new AtomicBoolean();
      executor.execute(
          claimed(job()),
          () -> {
            // The stop gets a few turns in which it could come first.
            var turns = new AtomicInteger(3);
            Await.until("some turns of others", () -> turns.decrementAndGet() == 0);
            told.set(true);
          });
      executor.stop();
      assertThat(told).as("round %s", i).isTrue();
      executor.start();
    }
  }

  @Test
  void manyAttemptsRunAtOnce() throws InterruptedException {
    int count = 2_000;
    var all = new CountDownLatch(count);
    JobExecutor executor =
        executor(
            context -> {
              all.countDown();
              all.await();
              return Outcome.done();
            },
            NO_LIMIT,
            NO_LIMIT);
    for (int i = 0; i < count; i++) {
      executor.execute(claimed(Rows.running(i, "k")), ended::incrementAndGet);
    }
    executor.stop();
    assertThat(List.copyOf(completions))
        .hasSize(count)
        .allMatch(completion -> completion instanceof Completion.Success);
    assertThat(ended).hasValue(count);
  }

  @Test
  @RiverPoint(74)
  void aCancelInterruptsTheWorkerAndTheJobIsCancelled() throws InterruptedException {
    JobExecutor executor = executor(this::untilInterrupted, NO_LIMIT, NO_LIMIT);
    executor.execute(claimed(job()), ended::incrementAndGet);
    Await.latch("the worker to begin", entered);
    assertThat(executor.attempts()).containsExactly(job().attemptId());
    assertThat(executor.cancel(2)).isFalse();
    assertThat(executor.cancel(1)).isTrue();
    JobSetStateParams end = params(next());
    assertThat(end.state()).isEqualTo(JobState.CANCELLED);
    assertThat(end.finalizedAt()).isNotNull();
    assertThat(Objects.requireNonNull(end.error()).error())
        .isEqualTo("JobCancelError: job cancelled remotely");
  }

  @Test
  @RiverPoint(74)
  void aWorkerThatEndsWellInSpiteOfACancelIsDone() throws InterruptedException {
    JobExecutor executor =
        executor(
            context -> {
              try {
                return untilInterrupted(context);
              } catch (InterruptedException e) {
                assertThat(context.cancelled()).isTrue();
                return Outcome.done();
              }
            },
            NO_LIMIT,
            NO_LIMIT);
    executor.execute(claimed(job()), ended::incrementAndGet);
    Await.latch("the worker to begin", entered);
    assertThat(executor.cancel(1)).isTrue();
    assertThat(next()).isInstanceOf(Completion.Success.class);
    executor.stop();
    assertThat(executor.cancel(1)).isFalse();
    assertThat(executor.attempts()).isEmpty();
  }

  @Test
  @RiverPoint(75)
  void aJobCancelledBeforeItBeganMeetsNoWorker() throws InterruptedException {
    JobExecutor executor = executor(this::untilInterrupted, NO_LIMIT, NO_LIMIT);
    executor.executeCancelled(claimed(job()), ended::incrementAndGet);
    assertThat(params(next()).state()).isEqualTo(JobState.CANCELLED);
    assertThat(entered.getCount()).isEqualTo(1);
    executor.stop();
    assertThat(ended).hasValue(1);
  }

  @Test
  @RiverPoint(69)
  void aRowThatCouldNotBeReadFailsAlone() throws InterruptedException {
    JobExecutor executor = executor(context -> Outcome.done(), NO_LIMIT, NO_LIMIT);
    executor.execute(new ClaimedJob(job(), "tags: odd"), ended::incrementAndGet);
    JobSetStateParams end = params(next());
    assertThat(Objects.requireNonNull(end.error()).error())
        .isEqualTo("job row couldn't be decoded: tags: odd");
    assertThat(run(executor, job())).isInstanceOf(Completion.Success.class);
  }

  @Test
  void whatRunsInAClientThatIsCutOffGoesBackUnused() throws InterruptedException {
    JobExecutor executor = executor(this::untilInterrupted, NO_LIMIT, NO_LIMIT);
    executor.execute(claimed(job()), ended::incrementAndGet);
    Await.latch("the worker", entered);

    executor.cutOff();

    JobSetStateParams end = params(next());
    assertThat(end.state()).isEqualTo(JobState.AVAILABLE);
    assertThat(end.attempt()).isZero();
    assertThat(end.error()).isNull();
  }

  @Test
  void whatBeginsAfterACutOffRuns() throws InterruptedException {
    JobExecutor executor = executor(context -> Outcome.done(), NO_LIMIT, NO_LIMIT);
    executor.cutOff();
    assertThat(run(executor, job())).isInstanceOf(Completion.Success.class);
  }

  @Test
  void aWorkerThatEndsWellAllTheSameIsDone() throws InterruptedException {
    JobExecutor executor =
        executor(
            context -> {
              entered.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                // It was nearly done.
              }
              return Outcome.done();
            },
            NO_LIMIT,
            NO_LIMIT);
    executor.execute(claimed(job()), ended::incrementAndGet);
    Await.latch("the worker", entered);
    executor.cutOff();
    assertThat(next()).isInstanceOf(Completion.Success.class);
  }

  @Test
  void whatWasClaimedTooLateIsNotBegun() throws InterruptedException {
    JobExecutor executor = executor(this::untilInterrupted, NO_LIMIT, NO_LIMIT);
    executor.executeCutOff(claimed(job()), ended::incrementAndGet);
    JobSetStateParams end = params(next());
    assertThat(end.state()).isEqualTo(JobState.AVAILABLE);
    assertThat(end.attempt()).isZero();
    assertThat(entered.getCount()).isEqualTo(1);
  }
}
