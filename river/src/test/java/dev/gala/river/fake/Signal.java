package dev.gala.river.fake;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** A lock over some state, and waiting for what becomes of it. */
public final class Signal {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** Changes the state, and says so. */
  public void change(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Looks at the state, or changes it and tells what came of it; says so in any case. */
  public <T> T look(Supplier<T> look) {
    lock.lock();
    try {
      T result = look.get();
      changed.signalAll();
      return result;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for a state. */
  public void await(String what, BooleanSupplier condition) {
    if (!awaitAtMost(Await.DEADLINE.toNanos(), condition)) {
      throw new AssertionError("waited in vain for " + what);
    }
  }

  /** Waits for a state; false when the time is over. */
  public boolean awaitAtMost(long nanos, BooleanSupplier condition) {
    long left = nanos;
    lock.lock();
    try {
      while (!condition.getAsBoolean()) {
        if (left <= 0) {
          return false;
        }
        left = changed.awaitNanos(Math.min(left, TimeUnit.HOURS.toNanos(1)));
      }
      return true;
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    } finally {
      lock.unlock();
    }
  }
}
