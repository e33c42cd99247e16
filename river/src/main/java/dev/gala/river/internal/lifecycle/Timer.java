package dev.gala.river.internal.lifecycle;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does short things later, on one thread. Safe for use by many threads. */
public final class Timer implements AutoCloseable {
  /** A thing to be done. */
  @FunctionalInterface
  public interface Appointment {
    /** Does it not, if it has not begun. */
    void cancel();
  }

  private static final Logger LOG = LoggerFactory.getLogger(Timer.class);
  private static final Appointment NEVER = () -> {};

  private final ScheduledThreadPoolExecutor executor;

  Timer(ThreadFactory factory) {
    executor = new ScheduledThreadPoolExecutor(1, factory);
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /**
   * Does {@code task} after so many nanoseconds; what it throws is logged. Closed, it does nothing.
   */
  public Appointment after(long nanos, Runnable task) {
    try {
      Future<?> future = executor.schedule(() -> runLogged(task), nanos, TimeUnit.NANOSECONDS);
      return () -> future.cancel(false);
    } catch (RejectedExecutionException e) {
      LOG.debug("closed: {} is not done", task, e);
      return NEVER;
    }
  }

  /** Forgets what is still to be done. Idempotent. */
  @Override
  public void close() {
    executor.shutdownNow();
  }

  /**
   * Forgets what is still to be done, and waits for what is being done. Not on the timer's thread.
   *
   * @param patience how long to wait; what goes on for longer is interrupted
   */
  public void close(Duration patience) {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(
          TimeUnit.NANOSECONDS.convert(patience), TimeUnit.NANOSECONDS)) {
        close();
      }
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
    }
  }

  private static void runLogged(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      LOG.warn("{} failed", task, e);
    }
  }
}
