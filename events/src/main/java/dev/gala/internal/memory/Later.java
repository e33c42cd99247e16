package dev.gala.internal.memory;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
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
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Object, Long> due = new HashMap<>();
  private int handingOn;

  /** Waits on threads of {@code threads}: virtual ones. */
  public Later(ThreadFactory threads) {
    this.threads = threads;
  }

  /** Runs {@code task} after {@code delay}, unless this is closed before. */
  void run(Duration delay, Runnable task) {
    Object token = new Object();
    if (begin(token, delay)) {
      threads.newThread(() -> await(token, delay, task)).start();
    } else {
      LOG.warn("a delayed event is dropped: its process is closing");
    }
  }

  /** How many tasks wait; none once this is closed. */
  int waiting() {
    lock.lock();
    try {
      return due.size();
    } finally {
      lock.unlock();
    }
  }

  /** Whether the time of some task has come, and it is not run yet. */
  boolean handsOn() {
    long now = System.nanoTime();
    lock.lock();
    try {
      return handingOn > 0 || due.values().stream().anyMatch(time -> time - now <= 0);
    } finally {
      lock.unlock();
    }
  }

  private void await(Object token, Duration delay, Runnable task) {
    try {
      closed.await(TimeUnit.NANOSECONDS.convert(delay), TimeUnit.NANOSECONDS);
      if (begin(token)) {
        try {
          task.run();
        } finally {
          end();
        }
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException failure) {
      LOG.error("a delayed event could not be handed on, and is lost", failure);
    }
  }

  private boolean begin(Object token, Duration delay) {
    lock.lock();
    try {
      if (closed.getCount() == 0) {
        return false;
      }
      due.put(token, System.nanoTime() + TimeUnit.NANOSECONDS.convert(delay));
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Whether a task's time has come, rather than this was closed: then its drop is logged. */
  private boolean begin(Object token) {
    lock.lock();
    try {
      if (closed.getCount() == 0) {
        return false;
      }
      due.remove(token);
      handingOn++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void end() {
    lock.lock();
    try {
      handingOn--;
    } finally {
      lock.unlock();
    }
  }

  /** Drops what waits, and logs how many that are. Idempotent. */
  @Override
  public void close() {
    int dropped;
    lock.lock();
    try {
      dropped = due.size();
      due.clear();
      closed.countDown();
    } finally {
      lock.unlock();
    }
    if (dropped > 0) {
      LOG.warn("{} delayed events in memory are dropped, since they are not stored", dropped);
    }
  }
}
