package dev.gala.river.internal.execute;

import dev.gala.river.driver.ClaimedJob;
import dev.gala.river.internal.complete.Completion;
import dev.gala.river.internal.lifecycle.Service;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.internal.lifecycle.Timer;
import dev.gala.river.job.AttemptId;
import dev.gala.river.job.JobRow;
import dev.gala.river.worker.Outcome;
import dev.gala.river.worker.RetryPolicy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs attempts, each on a virtual thread of its own, and hands their ends over to be written. A
 * worker that does not end when interrupted keeps its slot: nothing is ever killed.
 */
public final class JobExecutor implements Service {
  private static final Logger LOG = LoggerFactory.getLogger(JobExecutor.class);

  /** What 292 years and more are converted to: no limit. */
  private static final long BEYOND_ALL_TIME = Long.MAX_VALUE;

  /**
   * How attempts run.
   *
   * @param jobTimeout of workers that say nothing; zero or less means no limit
   * @param softStopTimeout how long a stop lets attempts run before it interrupts them; zero means
   *     for ever
   * @param retryPolicy when failed jobs are tried again
   * @param clock tells the time
   */
  public record Config(
      Duration jobTimeout,
      Duration softStopTimeout,
      RetryPolicy retryPolicy,
      InstantSource clock) {}

  private final WorkerSet workers;
  private final Config config;
  private final Consumer<Completion> completions;
  private final AttemptEnd ends;
  private final Threads threads;
  private final ThreadFactory workThreads;
  private final Map<Attempt, Boolean> running = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();
  private volatile @Nullable Timer timer;
  private volatile boolean refusing;

  /**
   * An executor.
   *
   * @param completions takes the ends; it may wait
   */
  public JobExecutor(
      WorkerSet workers, Config config, Threads threads, Consumer<Completion> completions) {
    this.workers = workers;
    this.config = config;
    this.completions = completions;
    this.threads = threads;
    this.ends = new AttemptEnd(config.retryPolicy(), config.clock());
    this.workThreads = threads.work("job");
  }

  @Override
  public void start() {
    lock.lock();
    try {
      refusing = false;
      if (timer == null) {
        timer = threads.timer("timeouts");
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until every attempt has ended; interrupts those that go on beyond the soft-stop timeout.
   */
  @Override
  public void stop() {
    long patience = TimeUnit.NANOSECONDS.convert(config.softStopTimeout());
    boolean ended = awaitIdle(patience > 0 ? patience : Long.MAX_VALUE);
    if (!ended) {
      interruptAll();
      awaitIdle(Long.MAX_VALUE);
    }
    lock.lock();
    try {
      Timer current = timer;
      if (current != null) {
        current.close();
        timer = null;
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Interrupts every attempt under way, and those that begin before the next start: their jobs go
   * back without an attempt used.
   */
  public void interruptAll() {
    refusing = true;
    running.keySet().forEach(attempt -> attempt.interrupt(Attempt.Interruption.STOP));
  }

  /**
   * Runs a claimed job.
   *
   * @param ended is told when its end has been handed over
   */
  public void execute(ClaimedJob job, Runnable ended) {
    launch(new Attempt(job.job()), job.undecodable(), ended);
  }

  /**
   * Ends a claimed job whose cancellation was asked for before it could begin: no worker sees it.
   *
   * @param ended is told when its end has been handed over
   */
  public void executeCancelled(ClaimedJob job, Runnable ended) {
    var attempt = new Attempt(job.job());
    attempt.interrupt(Attempt.Interruption.CANCEL);
    launch(attempt, job.undecodable(), ended);
  }

  /**
   * Interrupts the attempt under way of a job, which then ends as cancelled unless its worker ends
   * well.
   *
   * @return whether there is one
   */
  public boolean cancel(long jobId) {
    boolean found = false;
    for (Attempt attempt : running.keySet()) {
      if (attempt.job().id() == jobId) {
        attempt.interrupt(Attempt.Interruption.CANCEL);
        found = true;
      }
    }
    return found;
  }

  /** The attempts under way. */
  public List<AttemptId> attempts() {
    // A row that could not be read may lack the time.
    return running.keySet().stream()
        .map(Attempt::job)
        .filter(job -> job.attemptedAt() != null)
        .map(JobRow::attemptId)
        .toList();
  }

  private void launch(Attempt attempt, @Nullable String undecodable, Runnable ended) {
    Thread thread = workThreads.newThread(() -> run(attempt, undecodable, ended));
    attempt.runsOn(thread);
    running.put(attempt, Boolean.TRUE);
    thread.start();
  }

  private void run(Attempt attempt, @Nullable String undecodable, Runnable ended) {
    try {
      if (refusing) {
        attempt.interrupt(Attempt.Interruption.STOP);
      }
      completions.accept(end(attempt, undecodable));
    } finally {
      // Told before it counts as ended: a stop that returned has told everybody.
      ended.run();
      running.remove(attempt);
      signalIfIdle();
    }
  }

  private Completion end(Attempt attempt, @Nullable String undecodable) {
    JobRow job = attempt.job();
    try {
      if (attempt.interruption() == Attempt.Interruption.CANCEL) {
        throw new CancellationException("cancelled before it began");
      }
      if (undecodable != null) {
        throw new IllegalStateException("job row couldn't be decoded: " + undecodable);
      }
      WorkerSet.Entry<?> entry = workers.find(job.kind());
      if (entry == null) {
        throw new IllegalStateException(
            "job kind is not registered in the client's Workers bundle: " + job.kind());
      }
      Outcome outcome = work(entry, attempt);
      return ends.of(
          attempt, Objects.requireNonNull(outcome, "the worker returned null: return an Outcome"));
    } catch (Throwable thrown) {
      LOG.debug("job {} of kind {} failed", job.id(), job.kind(), thrown);
      return ends.of(attempt, thrown);
    }
  }

  private <T> Outcome work(WorkerSet.Entry<T> entry, Attempt attempt) throws Exception {
    T args = entry.type().codec().decode(attempt.job().args());
    Duration own = entry.worker().timeout(attempt.job());
    Timer.Appointment timeout = startTimeout(attempt, own == null ? config.jobTimeout() : own);
    try {
      return entry.worker().work(new AttemptContext<>(args, attempt));
    } finally {
      if (timeout != null) {
        timeout.cancel();
      }
    }
  }

  private Timer.@Nullable Appointment startTimeout(Attempt attempt, Duration limit) {
    Timer clockwork = timer;
    long nanos = TimeUnit.NANOSECONDS.convert(limit);
    if (clockwork == null || nanos <= 0 || nanos == BEYOND_ALL_TIME) {
      return null;
    }
    attempt.deadline(config.clock().instant().plus(limit));
    return clockwork.after(nanos, () -> attempt.interrupt(Attempt.Interruption.TIMEOUT));
  }

  private void signalIfIdle() {
    if (running.isEmpty()) {
      lock.lock();
      try {
        idle.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  private boolean awaitIdle(long nanos) {
    long left = nanos;
    boolean interrupted = false;
    lock.lock();
    try {
      while (!running.isEmpty() && left > 0) {
        try {
          left = idle.awaitNanos(left);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      return running.isEmpty();
    } finally {
      lock.unlock();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
