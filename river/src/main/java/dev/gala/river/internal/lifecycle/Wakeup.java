package dev.gala.river.internal.lifecycle;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a loop waits on: a signal given while it is busy is kept until its next wait. Any number of
 * signals between two waits are one.
 */
public final class Wakeup {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean signalled;

  /** Ends the wait under way, or the next one. */
  public void signal() {
    lock.lock();
    try {
      signalled = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for a signal, and takes it.
   *
   * @param nanos at most so long; zero or less does not wait
   * @return whether there was one
   */
  public boolean await(long nanos) {
    long left = nanos;
    lock.lock();
    try {
      while (!signalled && left > 0) {
        left = changed.awaitNanos(left);
      }
      boolean was = signalled;
      signalled = false;
      return was;
    } catch (InterruptedException e) {
      // Loops are told to end by their own flag and a signal; an interrupt means no more than that.
      return true;
    } finally {
      lock.unlock();
    }
  }
}
