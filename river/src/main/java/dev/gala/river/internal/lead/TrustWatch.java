package dev.gala.river.internal.lead;

import dev.gala.river.internal.lifecycle.Clockwork;
import dev.gala.river.internal.lifecycle.LoopService;
import dev.gala.river.internal.lifecycle.Threads;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Says when a leader can no longer trust that it leads: on a thread of its own, for the elector may
 * be waiting for a database that does not answer.
 */
final class TrustWatch extends LoopService {
  private final Clockwork clock;
  private final Runnable distrusted;
  private final ReentrantLock lock = new ReentrantLock();
  private boolean armed;
  private long until;

  /**
   * A watch.
   *
   * @param distrusted is called once when trust ends, with a lock held that whoever begins, extends
   *     or ends a term waits for: it must be quick
   */
  TrustWatch(Threads threads, Clockwork clock, Runnable distrusted) {
    super(threads, "trust");
    this.clock = clock;
    this.distrusted = distrusted;
  }

  /** A term begins, which is trusted until then. */
  void begin(long trustedUntil) {
    set(true, trustedUntil);
  }

  /**
   * The term was renewed, and is trusted until then.
   *
   * @return false if trust had ended before, and that has been said
   */
  boolean extend(long trustedUntil) {
    lock.lock();
    try {
      if (!armed) {
        return false;
      }
      until = trustedUntil;
    } finally {
      lock.unlock();
    }
    wakeup().signal();
    return true;
  }

  /** The term is over: once this has returned, nothing more is said of it. */
  void end() {
    set(false, 0);
  }

  @Override
  protected void round() {
    long left = left();
    if (left > 0) {
      clock.await(wakeup(), left);
    }
  }

  /**
   * The time left, for ever if there is no term. That trust has ended is said here, once, and with
   * the lock held: what is said of one term must not reach what runs in the next.
   */
  private long left() {
    lock.lock();
    try {
      if (!armed) {
        return Long.MAX_VALUE;
      }
      long left = until - clock.nanos();
      if (left <= 0) {
        armed = false;
        distrusted.run();
      }
      return left;
    } finally {
      lock.unlock();
    }
  }

  private void set(boolean watching, long trustedUntil) {
    lock.lock();
    try {
      armed = watching;
      until = trustedUntil;
    } finally {
      lock.unlock();
    }
    wakeup().signal();
  }
}
