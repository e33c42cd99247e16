package dev.gala.river.internal.execute;

import dev.gala.river.internal.complete.Completion;
import dev.gala.river.internal.lifecycle.Timer;
import dev.gala.river.job.JobRow;
import dev.gala.river.spi.AttemptLines;
import dev.gala.river.spi.Plugin;
import dev.gala.river.worker.Outcome;
import dev.gala.river.worker.WorkMiddleware;
import dev.gala.river.worker.Worker;
import java.lang.reflect.UndeclaredThrowableException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes an attempt from its row to its end. */
final class AttemptRunner {
  private static final Logger LOG = LoggerFactory.getLogger(AttemptRunner.class);

  /** What 292 years and more are converted to: no limit. */
  private static final long BEYOND_ALL_TIME = Long.MAX_VALUE;

  private final WorkerSet workers;
  private final JobExecutor.Config config;
  private final AttemptEnd ends;
  private final Supplier<@Nullable Timer> timer;
  private final StuckWatch stuck;
  private final CallersTransaction transaction;
  private final Map<String, List<Plugin>> kindPlugins;

  /**
   * A runner.
   *
   * @param timer what ends attempts whose time is over; null if nothing does
   * @param stuck is told of attempts whose time is over
   */
  AttemptRunner(
      WorkerSet workers,
      JobExecutor.Config config,
      Supplier<@Nullable Timer> timer,
      StuckWatch stuck) {
    JobExecutor.Options options = config.options();
    this.workers = workers;
    this.config = config;
    this.ends =
        new AttemptEnd(
            config.retryPolicy(), config.clock(), options.errorHandler(), options.watched());
    this.timer = timer;
    this.stuck = stuck;
    this.transaction =
        new CallersTransaction(options.transactions(), options.workTransactions(), config.clock());
    this.kindPlugins = PluginChain.ofKinds(options.plugins(), options.kindPlugins());
  }

  /** Runs an attempt; never throws. Null if it goes on elsewhere. */
  @Nullable Completion run(Attempt attempt) {
    return ended(attempt, () -> outcome(attempt), attempt::isLeft);
  }

  /** The end of an attempt that left its worker's thread; never throws. */
  Completion goOn(Attempt attempt, Callable<Outcome> rest) {
    return Objects.requireNonNull(ended(attempt, rest, () -> false));
  }

  private @Nullable Completion ended(
      Attempt attempt, Callable<Outcome> work, BooleanSupplier isLeft) {
    JobRow job = attempt.job();
    try {
      Outcome outcome = logged(attempt, work);
      if (isLeft.getAsBoolean()) {
        return null;
      }
      Objects.requireNonNull(outcome, "the worker returned null: return an Outcome");
      if (outcome instanceof Outcome.Done) {
        attempt.staging().checkDone();
      }
      attempt.staging().end(outcome instanceof Outcome.Done);
      return ends.of(attempt, outcome);
    } catch (Throwable thrown) {
      if (isLeft.getAsBoolean()) {
        return null;
      }
      LOG.debug("job {} of kind {} failed", job.id(), job.kind(), thrown);
      stageWhatIsLeft(attempt);
      return ends.of(attempt, thrown);
    }
  }

  /** What was thrown may have been thrown by the staging, and may be thrown again. */
  private static void stageWhatIsLeft(Attempt attempt) {
    try {
      attempt.staging().end(false);
    } catch (RuntimeException | Error e) {
      LOG.warn("the log and steps of job {} could not be kept", attempt.job().id(), e);
    }
  }

  /** The end of an attempt that cannot be run. */
  Completion notBegun(Attempt attempt) {
    return ends.notBegun(attempt);
  }

  /** What logging frameworks hand over meanwhile goes into the attempt's log. */
  private static Outcome logged(Attempt attempt, Callable<Outcome> work) throws Exception {
    try (var lines = AttemptLines.to(line -> attempt.staging().log().append(line))) {
      return work.call();
    }
  }

  private Outcome outcome(Attempt attempt) throws Exception {
    JobRow job = attempt.job();
    if (attempt.interruption() != null) {
      throw new CancellationException("told to end before it began");
    }
    String undecodable = attempt.undecodable();
    if (undecodable != null) {
      throw new IllegalStateException("job row couldn't be decoded: " + undecodable);
    }
    WorkerSet.Entry<?> entry = workers.find(job.kind());
    if (entry == null) {
      throw new IllegalStateException(
          "job kind is not registered in the client's Workers bundle: " + job.kind());
    }
    List<WorkMiddleware> middleware = entry.worker().middleware(job);
    List<Plugin> plugins =
        kindPlugins.getOrDefault(entry.type().kind(), config.options().plugins());
    if (middleware.isEmpty() && plugins.isEmpty()) {
      attempt.bare(true);
      return work(entry, attempt, job, plugins);
    }
    return new PluginChain(middleware, plugins, row -> work(entry, attempt, row, plugins))
        .work(job);
  }

  /**
   * What stands inside the plugins.
   *
   * @param row the row, as they left it
   */
  private <T> Outcome work(
      WorkerSet.Entry<T> entry, Attempt attempt, JobRow row, List<Plugin> plugins)
      throws Exception {
    for (Plugin plugin : plugins) {
      plugin.workBegin(row);
    }
    T args = entry.type().codec().decode(row.args());
    Worker<T> worker = entry.worker();
    attempt.worker(worker);
    var context = new AttemptContext<>(args, row, attempt, transaction);
    Duration own = worker.timeout(row);
    Timer.Appointment timeout = startTimeout(attempt, own == null ? config.jobTimeout() : own);
    if (timeout != null) {
      attempt.bare(false);
    }
    try {
      return plugins.isEmpty() ? worker.work(context) : hooked(worker, context, row, plugins);
    } finally {
      if (timeout != null) {
        timeout.cancel();
      }
    }
  }

  private static <T> Outcome hooked(
      Worker<T> worker, AttemptContext<T> context, JobRow row, List<Plugin> plugins)
      throws Exception {
    Outcome outcome = Outcome.done();
    Throwable thrown = null;
    try {
      outcome = worker.work(context);
    } catch (Throwable failure) {
      thrown = failure;
    }
    return switch (PluginChain.workEnd(plugins, row, thrown)) {
      case null -> outcome;
      case Exception exception -> throw exception;
      case Error error -> throw error;
      case Throwable other -> throw new UndeclaredThrowableException(other);
    };
  }

  private Timer.@Nullable Appointment startTimeout(Attempt attempt, Duration limit) {
    Timer clockwork = timer.get();
    long nanos = TimeUnit.NANOSECONDS.convert(limit);
    if (clockwork == null || nanos <= 0 || nanos == BEYOND_ALL_TIME) {
      return null;
    }
    attempt.deadline(config.clock().instant().plus(limit));
    return clockwork.after(
        nanos,
        () -> {
          attempt.interrupt(Attempt.Interruption.TIMEOUT);
          stuck.timedOut(attempt, clockwork);
        });
  }
}
