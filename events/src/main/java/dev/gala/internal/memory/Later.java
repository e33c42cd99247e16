package dev.gala.internal.memory;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks after a while: one waiting virtual thread each, which is the cheapest timer there is.
 * Safe for use by many threads.
 */
public final class Later implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Later.class);

  private final ThreadFactory threads;
  private final CountDownLatch closed = new CountDownLatch(1);

  /** Waits on threads of {@code threads}: virtual ones. */
  public Later(ThreadFactory threads) {
    this.threads = threads;
  }

  /** Runs {@code task} after {@code delay}, unless this is closed before. */
  void run(Duration delay, Runnable task) {
    threads.newThread(() -> await(delay, task)).start();
  }

  private void await(Duration delay, Runnable task) {
    try {
      if (!closed.await(delay.toNanos(), TimeUnit.NANOSECONDS)) {
        task.run();
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException failure) {
      LOG.error("a delayed event could not be handed on, and is lost", failure);
    }
  }

  /** Drops what waits. Idempotent. */
  @Override
  public void close() {
    closed.countDown();
  }
}
