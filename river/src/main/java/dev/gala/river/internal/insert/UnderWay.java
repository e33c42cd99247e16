package dev.gala.river.internal.insert;

import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Counts the inserts under way, so that a close can wait for them and refuse later ones. */
final class UnderWay {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition noneLeft = lock.newCondition();
  private int count;
  private boolean closed;

  /**
   * Begins an insert, which must {@link #end()}.
   *
   * @throws RiverException with {@link RiverError#CLIENT_STATE} if closed
   */
  void begin() {
    lock.lock();
    try {
      if (closed) {
        throw new RiverException(
            RiverError.CLIENT_STATE, "the client is closed: nothing was inserted");
      }
      count++;
    } finally {
      lock.unlock();
    }
  }

  void end() {
    lock.lock();
    try {
      count--;
      if (count == 0) {
        noneLeft.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Lets no insert begin any more, and waits for those that have. An interrupt ends the wait and
   * stays set.
   *
   * @return how many are still under way
   */
  int close(Duration atMost) {
    long left = TimeUnit.NANOSECONDS.convert(atMost);
    lock.lock();
    try {
      closed = true;
      while (count > 0 && left > 0) {
        left = noneLeft.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
    return count();
  }

  private int count() {
    lock.lock();
    try {
      return count;
    } finally {
      lock.unlock();
    }
  }
}
