package dev.gala.river.internal.execute;

import dev.gala.river.driver.ClaimedJob;
import dev.gala.river.driver.Executor;
import dev.gala.river.driver.WorkTransaction;
import dev.gala.river.internal.complete.Completion;
import dev.gala.river.internal.lifecycle.Service;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.internal.lifecycle.Timer;
import dev.gala.river.job.AttemptId;
import dev.gala.river.job.JobRow;
import dev.gala.river.spi.Plugin;
import dev.gala.river.worker.ErrorHandler;
import dev.gala.river.worker.Outcome;
import dev.gala.river.worker.RetryPolicy;
import dev.gala.river.worker.StuckJobHandler;
import java.sql.Connection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs attempts, each on a virtual thread of its own, and hands their ends over to be written. A
 * worker that does not end when interrupted keeps its slot: nothing is ever killed.
 */
public final class JobExecutor implements Service {
  /**
   * How attempts run.
   *
   * @param jobTimeout of workers that say nothing; zero or less means no limit
   * @param softStopTimeout how long a stop lets attempts run before it interrupts them; zero means
   *     for ever
   * @param retryPolicy when failed jobs are tried again
   * @param clock tells the time
   * @param options what need not be there
   */
  public record Config(
      Duration jobTimeout,
      Duration softStopTimeout,
      RetryPolicy retryPolicy,
      InstantSource clock,
      Options options) {}

  /**
   * What stands around attempts.
   *
   * @param plugins of all kinds
   * @param kindPlugins of single kinds, inside those of all
   * @param errorHandler is asked about failures; null if nobody is
   * @param stuckThreshold how long after the end of its time an attempt counts as stuck
   * @param stuckHandler is told of stuck attempts; null if nobody is
   * @param transactions the statements in the transaction of a worker's own connection
   * @param workTransactions such transactions, where they are to be ended for the worker
   * @param watched whether anybody wants to be told of ends
   */
  public record Options(
      List<Plugin> plugins,
      Map<String, List<Plugin>> kindPlugins,
      @Nullable ErrorHandler errorHandler,
      Duration stuckThreshold,
      @Nullable StuckJobHandler stuckHandler,
      Function<Connection, Executor> transactions,
      BiFunction<Connection, AttemptId, WorkTransaction> workTransactions,
      BooleanSupplier watched) {

    /** The same, where somebody wants to be told of every end. */
    Options watchedAlways() {
      return new Options(
          plugins,
          kindPlugins,
          errorHandler,
          stuckThreshold,
          stuckHandler,
          transactions,
          workTransactions,
          () -> true);
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(JobExecutor.class);

  private final Config config;
  private final Consumer<Completion> completions;
  private final AttemptRunner runner;
  private final StuckWatch stuck;
  private final Threads threads;
  private final ThreadFactory workThreads;
  private final Map<Attempt, Boolean> running = new ConcurrentHashMap<>();
  private final AtomicLong cutOffs = new AtomicLong();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();
  private volatile @Nullable Timer timer;
  private volatile boolean refusing;
  private boolean stopTold;

  /**
   * An executor.
   *
   * @param completions takes the ends; it may wait
   */
  public JobExecutor(
      WorkerSet workers, Config config, Threads threads, Consumer<Completion> completions) {
    this(workers, config, threads, completions, threads.work("job"));
  }

  /**
   * An executor.
   *
   * @param completions takes the ends; it may wait
   * @param workThreads makes the threads of attempts
   */
  public JobExecutor(
      WorkerSet workers,
      Config config,
      Threads threads,
      Consumer<Completion> completions,
      ThreadFactory workThreads) {
    this.config = config;
    this.completions = completions;
    this.threads = threads;
    this.workThreads = workThreads;
    Options options = config.options();
    this.stuck =
        new StuckWatch(
            new StuckWatch.Config(options.stuckThreshold(), options.stuckHandler()),
            threads.work("stuck"));
    this.runner = new AttemptRunner(workers, config, () -> timer, stuck);
  }

  @Override
  public void start() {
    lock.lock();
    try {
      refusing = false;
      stopTold = false;
      if (timer == null) {
        timer = threads.timer("timeouts");
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Begins a stop without waiting: attempts that go on beyond the soft-stop timeout, counted from
   * now, are interrupted, whatever is waited for meanwhile. A stop must follow.
   */
  public void tellToStop() {
    long patience = TimeUnit.NANOSECONDS.convert(config.softStopTimeout());
    lock.lock();
    try {
      Timer current = timer;
      if (current != null && !stopTold) {
        stopTold = true;
        if (patience > 0) {
          current.after(patience, () -> patienceIsOver(current));
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Not for the attempts of a later start. */
  private void patienceIsOver(Timer ofThisStop) {
    lock.lock();
    try {
      if (timer == ofThisStop) {
        interruptAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until every attempt has ended; interrupts those that go on beyond the soft-stop timeout,
   * counted from the first word of the stop.
   */
  @Override
  public void stop() {
    tellToStop();
    awaitIdle();
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
   * Runs a claimed job. Never throws: the job is this executor's from now on.
   *
   * @param slot is told when its end has been handed over
   * @return false if no thread could be started for it: it goes back, and so would others now
   */
  public boolean execute(ClaimedJob job, Slot slot) {
    return launch(new Attempt(job, slot));
  }

  /**
   * Ends a claimed job whose cancellation was asked for before it could begin: no worker sees it.
   *
   * @param slot is told when its end has been handed over
   * @return as {@link #execute}
   */
  public boolean executeCancelled(ClaimedJob job, Slot slot) {
    var attempt = new Attempt(job, slot);
    attempt.interrupt(Attempt.Interruption.CANCEL);
    return launch(attempt);
  }

  /**
   * Ends a claimed job that may be another's by now: no worker sees it, and it goes back.
   *
   * @param slot is told when its end has been handed over
   * @return as {@link #execute}
   */
  public boolean executeCutOff(ClaimedJob job, Slot slot) {
    var attempt = new Attempt(job, slot);
    attempt.interrupt(Attempt.Interruption.CUT_OFF);
    return launch(attempt);
  }

  /**
   * Interrupts every attempt under way, for the client may be taken for dead: their jobs go back
   * without an attempt used, if they are still this client's by then. What begins later runs.
   */
  public void cutOff() {
    // Counted first: whoever sees the old number after a start knows that this one will be found.
    cutOffs.incrementAndGet();
    running.keySet().forEach(attempt -> attempt.interrupt(Attempt.Interruption.CUT_OFF));
  }

  /** Interrupts the attempt under way of one job, as {@link #cutOff()} does with all. */
  public void cutOff(long jobId) {
    interrupt(jobId, Attempt.Interruption.CUT_OFF);
  }

  /** How often all were cut off: what was claimed before one of those times may be another's. */
  public long cutOffs() {
    return cutOffs.get();
  }

  /**
   * Interrupts the attempt under way of a job, which then ends as cancelled unless its worker ends
   * well.
   *
   * @return whether there is one
   */
  public boolean cancel(long jobId) {
    return interrupt(jobId, Attempt.Interruption.CANCEL);
  }

  private boolean interrupt(long jobId, Attempt.Interruption reason) {
    boolean found = false;
    for (Attempt attempt : running.keySet()) {
      if (attempt.job().id() == jobId) {
        attempt.interrupt(reason);
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

  private boolean launch(Attempt attempt) {
    running.put(attempt, Boolean.TRUE);
    attempt.goesOn(rest -> goOn(attempt, rest));
    try {
      Thread thread = workThreads.newThread(() -> run(attempt));
      attempt.runsOn(thread);
      thread.start();
      return true;
    } catch (RuntimeException | Error e) {
      // Such as no memory for one more thread. What is claimed must end all the same.
      LOG.error("no thread could be started for job {}: it goes back", attempt.job().id(), e);
      end(attempt, () -> runner.notBegun(attempt));
      return false;
    }
  }

  private void run(Attempt attempt) {
    if (refusing) {
      attempt.interrupt(Attempt.Interruption.STOP);
    }
    end(attempt, () -> runner.run(attempt));
  }

  /** On a new thread; what the worker's makes of the attempt counts for nothing any more. */
  private void goOn(Attempt attempt, Callable<Outcome> rest) {
    try {
      Thread thread = workThreads.newThread(() -> end(attempt, () -> runner.goOn(attempt, rest)));
      attempt.runsOn(thread);
      thread.start();
    } catch (RuntimeException | Error e) {
      LOG.error("no thread could be started for the end of job {}", attempt.job().id(), e);
      end(attempt, () -> runner.goOn(attempt, rest));
    }
  }

  /**
   * Hands over the end of an attempt.
   *
   * @param how the end; null if it comes from elsewhere
   */
  private void end(Attempt attempt, Supplier<@Nullable Completion> how) {
    boolean over = true;
    try {
      Completion end = how.get();
      if (end == null) {
        over = false;
      } else {
        completions.accept(end);
      }
    } finally {
      if (over) {
        // Told before it counts as ended: a stop that returned has told everybody.
        stuck.ended(attempt);
        running.remove(attempt);
        signalIfIdle();
      }
    }
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

  private void awaitIdle() {
    boolean interrupted = false;
    lock.lock();
    try {
      while (!running.isEmpty()) {
        try {
          idle.await();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      lock.unlock();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
