package dev.gala.river.internal.execute;

import dev.gala.river.driver.ClaimedJob;
import dev.gala.river.driver.Driver;
import dev.gala.river.driver.JobClaimParams;
import dev.gala.river.internal.complete.CompletionBatcher;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.RiverEvent;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Works one job for whoever asks, from its claim to the writing of its end, while the client's own
 * services do not run: an executor and a batcher are started for it, and stopped after it.
 */
public final class SingleWork {
  private final Driver driver;
  private final WorkerSet workers;
  private final JobExecutor.Config config;
  private final Threads threads;
  private final Predicate<String> deletes;
  private final Function<Consumer<RiverEvent>, CompletionBatcher> completers;

  /**
   * Work by these workers.
   *
   * @param config how attempts run; there is no soft stop, since nothing stops
   * @param deletes whether completed jobs of a queue are deleted
   * @param completers makes what writes an end and tells of it, not started
   */
  public SingleWork(
      Driver driver,
      WorkerSet workers,
      JobExecutor.Config config,
      Threads threads,
      Predicate<String> deletes,
      Function<Consumer<RiverEvent>, CompletionBatcher> completers) {
    this.driver = driver;
    this.workers = workers;
    this.config =
        new JobExecutor.Config(
            config.jobTimeout(),
            Duration.ZERO,
            config.retryPolicy(),
            config.clock(),
            config.options().watchedAlways());
    this.threads = threads;
    this.deletes = deletes;
    this.completers = completers;
  }

  /**
   * Works a job. An interrupt of the calling thread is one of the attempt, which goes back unused;
   * the thread is interrupted still when this returns.
   *
   * @param clientId in whose name it is claimed
   * @return the row as it then is, or as it ended if it is deleted; null if there is no such job,
   *     or it is not to be had
   * @throws dev.gala.river.job.RiverException what the database says to the claim
   */
  public @Nullable JobRow work(String clientId, long jobId) {
    ClaimedJob job =
        driver.executor().jobClaim(new JobClaimParams(clientId, workers.kinds(), jobId));
    if (job == null) {
      return null;
    }
    var told = new AtomicReference<@Nullable JobRow>();
    CompletionBatcher completer = completers.apply(event -> told.set(event.job()));
    var executor = new JobExecutor(workers, config, threads, completer::submit);
    completer.start();
    executor.start();
    try {
      runToItsEnd(executor, job);
    } finally {
      executor.stop();
      completer.stop();
    }
    JobRow now = driver.executor().jobGet(jobId);
    return now == null ? told.get() : now;
  }

  private void runToItsEnd(JobExecutor executor, ClaimedJob job) {
    var end = new End(deletes.test(job.job().queue()));
    executor.execute(job, end);
    try {
      end.ended.await();
    } catch (InterruptedException told) {
      executor.interruptAll();
      Thread.currentThread().interrupt();
    }
  }

  /** Tells that the attempt is over. */
  private static final class End implements Slot {
    private final CountDownLatch ended = new CountDownLatch(1);
    private final boolean deletes;

    End(boolean deletes) {
      this.deletes = deletes;
    }

    @Override
    public boolean deletesCompleted() {
      return deletes;
    }

    @Override
    public void freed() {}

    @Override
    public void ended() {
      ended.countDown();
    }
  }
}
