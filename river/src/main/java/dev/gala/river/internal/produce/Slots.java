package dev.gala.river.internal.produce;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The slots of a queue. Claims take what is free; inserts that are to begin here wait a little for
 * what is not, one after the other: so a process that inserts faster than it works is held back,
 * instead of sending all that it inserts the longer way. Safe for use by many threads.
 */
final class Slots {
  /** For so long an insert waits: about as long as it takes itself. */
  static final long LONGEST_WAIT = TimeUnit.MILLISECONDS.toNanos(10);

  /** For so long nobody waits after somebody has in vain: the jobs here are slow ones. */
  static final long NO_WAIT_AFTER_VAIN = 20 * LONGEST_WAIT;

  private final int max;
  private final AtomicInteger taken = new AtomicInteger();

  /** How many of those taken are an insert's. */
  private final AtomicInteger inserts = new AtomicInteger();

  /** Whether a claim wants half of them. */
  private volatile boolean halfKept;

  /** How many slots are waited for; 0 if nobody waits. */
  private volatile int wanted;

  private volatile long noWaitBefore = System.nanoTime();

  /** Who waits: in the order they came. */
  private final ReentrantLock turn = new ReentrantLock(true);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition freed = lock.newCondition();

  Slots(int max) {
    this.max = max;
  }

  int free() {
    return max - taken.get();
  }

  /** Keeps half of the slots from inserts, those that become free too; or does not any more. */
  void keepHalf(boolean keep) {
    if (halfKept != keep) {
      halfKept = keep;
      if (!keep) {
        signal();
      }
    }
  }

  /**
   * Takes what is free, which may be nothing.
   *
   * @param half whether half of that will do: where little waits, the others may go to inserts
   */
  int takeForClaim(boolean half) {
    halfKept = false;
    while (true) {
      int before = taken.get();
      int free = max - before;
      int count = half ? (free + 1) / 2 : free;
      if (taken.compareAndSet(before, before + count)) {
        return count;
      }
    }
  }

  /** Gives back what a claim took and brought no job for. */
  void giveBackUnused(int count) {
    taken.addAndGet(-count);
    wakeWhoWaits();
  }

  /**
   * Takes this many, now or soon.
   *
   * @return false if they do not become free soon enough
   */
  boolean takeForInserts(int count) {
    if (count > max) {
      return false;
    }
    if (wanted == 0 && take(count)) {
      return true;
    }
    long now = System.nanoTime();
    if (noWaitBefore - now > 0) {
      return false;
    }
    if (takeInTurn(count, now + LONGEST_WAIT)) {
      return true;
    }
    noWaitBefore = System.nanoTime() + NO_WAIT_AFTER_VAIN;
    return false;
  }

  /** An attempt that was claimed has left its slot. Returns how many are free now. */
  int claimedFreed() {
    int now = taken.decrementAndGet();
    wakeWhoWaits();
    return max - now;
  }

  /** An attempt that was inserted here has left its slot. Returns how many are free now. */
  int directFreed() {
    inserts.decrementAndGet();
    return claimedFreed();
  }

  private boolean take(int count) {
    int before = taken.get();
    while (before + count <= max && mayInsert(count)) {
      int now = taken.compareAndExchange(before, before + count);
      if (now == before) {
        inserts.addAndGet(count);
        return true;
      }
      before = now;
    }
    return false;
  }

  /** A few more than half do no harm, where several come at once; one always may. */
  private boolean mayInsert(int count) {
    if (!halfKept) {
      return true;
    }
    int others = inserts.get();
    return others == 0 || others + count <= max / 2;
  }

  private boolean takeInTurn(int count, long deadline) {
    try {
      if (!turn.tryLock(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        return false;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    try {
      return awaitAndTake(count, deadline);
    } finally {
      turn.unlock();
    }
  }

  private boolean awaitAndTake(int count, long deadline) {
    lock.lock();
    try {
      // Written before it is looked: whoever frees a slot after that look sees it.
      wanted = count;
      while (!take(count)) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        freed.awaitNanos(left);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      wanted = 0;
      lock.unlock();
    }
  }

  private void wakeWhoWaits() {
    int count = wanted;
    if (count > 0 && free() >= count) {
      signal();
    }
  }

  private void signal() {
    lock.lock();
    try {
      freed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
