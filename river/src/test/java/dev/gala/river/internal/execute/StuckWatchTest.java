package dev.gala.river.internal.execute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.driver.ClaimedJob;
import dev.gala.river.fake.Await;
import dev.gala.river.fake.ExecutorConfigs;
import dev.gala.river.fake.Gate;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.Logs;
import dev.gala.river.fake.Rows;
import dev.gala.river.fake.TextJob;
import dev.gala.river.internal.complete.Completion;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.job.JobType;
import dev.gala.river.worker.Outcome;
import dev.gala.river.worker.StuckJob;
import dev.gala.river.worker.StuckJobHandler;
import dev.gala.river.worker.Worker;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Leftovers.class)
final class StuckWatchTest {
  private static final JobType<String> KIND = TextJob.of("k");
  private static final Duration SHORT = Duration.ofMillis(10);
  private static final String STUCK = "after the end of its time";

  private final BlockingQueue<Completion> completions = new LinkedBlockingQueue<>();
  private final BlockingQueue<StuckJob> stuck = new LinkedBlockingQueue<>();
  private final Semaphore freed = new Semaphore(0);
  private final Gate gate = new Gate();
  private @Nullable JobExecutor executor;

  private JobExecutor executor(Worker<String> worker, StuckJobHandler handler) {
    JobExecutor.Options none = ExecutorConfigs.options();
    var options =
        new JobExecutor.Options(
            List.of(),
            Map.of(),
            null,
            SHORT,
            handler,
            none.transactions(),
            none.workTransactions(),
            none.watched());
    var config =
        new JobExecutor.Config(
            SHORT, Duration.ZERO, (job, now) -> now, InstantSource.system(), options);
    executor =
        new JobExecutor(
            new WorkerSet(Map.of("k", new WorkerSet.Entry<>(KIND, worker))),
            config,
            new Threads("gala"),
            completions::add);
    executor.start();
    return executor;
  }

  /** A worker that heeds no interruption. */
  private JobExecutor deaf(StuckJobHandler handler) {
    return executor(
        context -> {
          gate.pass();
          return Outcome.done();
        },
        handler);
  }

  @AfterEach
  void stop() {
    gate.open();
    if (executor != null) {
      executor.stop();
    }
  }

  private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    T next = queue.poll(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS);
    assertThat(next).isNotNull();
    return next;
  }

  @Test
  void theSlotOfAStuckJobMayBeGivenAwayOnce(Logs logs) throws InterruptedException {
    logs.expect(STUCK);
    JobExecutor executor =
        deaf(
            job -> {
              stuck.add(job);
              return StuckJobHandler.Decision.ADD_SLOT;
            });
    executor.execute(new ClaimedJob(Rows.running(1, "k"), null), freed::release);
    assertThat(next(stuck)).isEqualTo(new StuckJob(1, "k", "default", 1));
    Await.permits("the slot", freed, 1);
    executor.execute(new ClaimedJob(Rows.running(2, "k"), null), freed::release);
    assertThat(next(stuck)).isEqualTo(new StuckJob(2, "k", "default", 2));
    Await.permits("the other slot", freed, 1);
    assertThat(completions).isEmpty();
    gate.open();
    executor.stop();
    assertThat(completions).hasSize(2).allMatch(end -> end instanceof Completion.Success);
    assertThat(freed.availablePermits()).isZero();
  }

  @Test
  void aSlotThatIsNotGivenAwayIsFreedByTheEnd(Logs logs) throws InterruptedException {
    logs.expect(STUCK);
    JobExecutor executor =
        deaf(
            job -> {
              stuck.add(job);
              return StuckJobHandler.Decision.WAIT;
            });
    executor.execute(new ClaimedJob(Rows.running(1, "k"), null), freed::release);
    next(stuck);
    assertThat(freed.availablePermits()).isZero();
    gate.open();
    executor.stop();
    assertThat(freed.availablePermits()).isEqualTo(1);
    assertThat(logs.count(STUCK)).isEqualTo(1);
  }

  @Test
  void aHandlerThatFailsIsHarmless(Logs logs) throws InterruptedException {
    logs.expect(STUCK);
    JobExecutor executor =
        deaf(
            job -> {
              throw new IllegalStateException("no handler");
            });
    executor.execute(new ClaimedJob(Rows.running(1, "k"), null), freed::release);
    logs.await("the stuck-job handler failed for job 1");
    gate.open();
    assertThat(next(completions)).isInstanceOf(Completion.Success.class);
  }

  @Test
  void whatHasEndedIsNeverStuck() {
    var attempt = Attempts.of(Rows.running(1, "k"));
    assertThat(attempt.markStuck()).isTrue();
    assertThat(attempt.markStuck()).isFalse();
    assertThat(attempt.end()).isTrue();
    assertThat(attempt.end()).isFalse();
    assertThat(attempt.markStuck()).isFalse();
  }
}
