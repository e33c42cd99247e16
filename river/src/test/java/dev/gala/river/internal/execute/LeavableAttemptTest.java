package dev.gala.river.internal.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.river.driver.ClaimedJob;
import dev.gala.river.driver.JobSetStateParams;
import dev.gala.river.fake.Await;
import dev.gala.river.fake.ExecutorConfigs;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.Rows;
import dev.gala.river.fake.TextJob;
import dev.gala.river.internal.complete.Completion;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.JobType;
import dev.gala.river.spi.LeavableAttempt;
import dev.gala.river.worker.Outcome;
import dev.gala.river.worker.WorkContext;
import dev.gala.river.worker.Worker;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An attempt whose worker's thread is left goes on elsewhere, and has one end. */
@ExtendWith(Leftovers.class)
final class LeavableAttemptTest {
  private static final JobType<String> KIND = TextJob.of("k");

  private final BlockingQueue<Completion> completions = new LinkedBlockingQueue<>();
  private final AtomicInteger freed = new AtomicInteger();
  private final CompletableFuture<LeavableAttempt> attempt = new CompletableFuture<>();
  private final CompletableFuture<Thread> worker = new CompletableFuture<>();
  private final CountDownLatch release = new CountDownLatch(1);
  private @Nullable JobExecutor executor;

  @AfterEach
  void stop() throws InterruptedException {
    release.countDown();
    worker.join().join();
    if (executor != null) {
      executor.stop();
    }
  }

  @Test
  void theRestIsItsEndAndWhatTheWorkerReturnsIsIgnored() throws Exception {
    executor = begun(this::hanging, Duration.ZERO);
    var thread = new CompletableFuture<Thread>();
    attempt
        .join()
        .goOn(
            () -> {
              thread.complete(Thread.currentThread());
              return Outcome.done();
            });
    assertThat(next()).isInstanceOf(Completion.Success.class);
    Await.until("the slot to be free", () -> freed.get() == 1);
    assertThat(executor.attempts()).isEmpty();
    assertThat(worker.join().isAlive()).as("left behind").isTrue();
    assertThat(thread.join()).isNotSameAs(worker.join());
    assertThat(thread.join().getName()).startsWith("gala-job-");
    executor.stop();
    release.countDown();
    worker.join().join();
    assertThat(completions).isEmpty();
    assertThat(freed).hasValue(1);
  }

  @Test
  void whatTheRestThrowsIsTheAttemptsFailure() throws Exception {
    executor = begun(this::hanging, Duration.ZERO);
    attempt
        .join()
        .goOn(
            () -> {
              throw new IllegalStateException("timed out");
            });
    JobSetStateParams end = ((Completion.Full) next()).params();
    assertThat(end.state()).isEqualTo(JobState.RETRYABLE);
    assertThat(String.valueOf(end.error())).contains("timed out");
  }

  @Test
  void aWorkerMayReturnBeforeTheRestHasBegun() throws Exception {
    executor =
        begun(
            context -> {
              ((LeavableAttempt) context).leave();
              throw new IllegalStateException("ignored");
            },
            Duration.ZERO);
    worker.join().join();
    assertThat(completions).isEmpty();
    assertThat(executor.attempts()).hasSize(1);
    attempt.join().goOn(Outcome::done);
    assertThat(next()).isInstanceOf(Completion.Success.class);
  }

  @Test
  void interruptsOfTheAttemptReachTheRest() throws Exception {
    executor = begun(this::hanging, Duration.ZERO);
    var entered = new CountDownLatch(1);
    attempt
        .join()
        .goOn(
            () -> {
              entered.countDown();
              new CountDownLatch(1).await();
              throw new AssertionError("not interrupted");
            });
    Await.latch("the rest", entered);
    executor.interruptAll();
    JobSetStateParams end = ((Completion.Full) next()).params();
    assertThat(end.state()).isEqualTo(JobState.AVAILABLE);
    assertThat(end.attempt()).isZero();
  }

  @Test
  void anAttemptWithATimeLimitCannotBeLeft() throws Exception {
    executor =
        begun(
            context -> {
              var own = (LeavableAttempt) context;
              assertThat(own.canLeave()).isFalse();
              Callable<Outcome> rest = Outcome::done;
              assertThatThrownBy(() -> own.goOn(rest)).isInstanceOf(IllegalStateException.class);
              return Outcome.done();
            },
            Duration.ofHours(1));
    assertThat(next()).isInstanceOf(Completion.Success.class);
  }

  /** Whatever it is told. */
  private Outcome hanging(WorkContext<String> context) {
    boolean released = false;
    while (!released) {
      try {
        release.await();
        released = true;
      } catch (InterruptedException told) {
        assertThat(context.cancelled()).isTrue();
      }
    }
    throw new IllegalStateException("too late");
  }

  private JobExecutor begun(Worker<String> work, Duration limit) {
    Worker<String> noted =
        context -> {
          worker.complete(Thread.currentThread());
          attempt.complete((LeavableAttempt) context);
          return work.work(context);
        };
    var begun =
        new JobExecutor(
            new WorkerSet(Map.of(KIND.kind(), new WorkerSet.Entry<>(KIND, noted))),
            ExecutorConfigs.of(limit, Duration.ZERO, (job, now) -> now.plusSeconds(60)),
            new Threads("gala"),
            completions::add);
    begun.start();
    JobRow job = Rows.running(1, "k");
    begun.execute(new ClaimedJob(job, null), freed::incrementAndGet);
    return begun;
  }

  private Completion next() throws InterruptedException {
    Completion completion = completions.poll(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS);
    assertThat(completion).as("a completion").isNotNull();
    return completion;
  }
}
