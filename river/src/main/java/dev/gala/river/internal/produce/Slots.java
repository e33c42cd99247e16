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

  /** For so long claims may lack slots while inserts get some. */
  static final long LONGEST_LACK = Backlog.LONG.toNanos();

  private final int max;
  private final AtomicInteger taken = new AtomicInteger();

  /** How many of those taken are an insert's. */
  private final AtomicInteger inserts = new AtomicInteger();

  /** Since when a claim lacks nothing but slots; the last one that did, if none does. */
  private volatile long lackingSince;

  private volatile boolean lacking;

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

  /**
   * Says whether a claim lacks nothing but slots, from {@code now} on or from when that was said
   * first. Half of the slots are kept from inserts meanwhile, those that become free too; after a
   * while all are.
   *
   * @param now by {@link System#nanoTime()}
   */
  void claimLacks(boolean slots, long now) {
    if (lacking == slots) {
      return;
    }
    lackingSince = now;
    lacking = slots;
    if (!slots) {
      signal();
    }
  }

  /**
   * Takes what is free, which may be nothing.
   *
   * @param half whether half of that will do, unless slots were lacking: where little waits, the
   *     others may go to inserts
   */
  int takeForClaim(boolean half) {
    boolean all = !half || lacking;
    int taking;
    int before;
    do {
      before = taken.get();
      int free = max - before;
      taking = all ? free : (free + 1) / 2;
    } while (!taken.compareAndSet(before, before + taking));
    if (taking > 0) {
      lacking = false;
      wakeWhoWaits();
    }
    return taking;
  }

  /** Gives back what a claim took and brought no job for. */
  void giveBackUnused(int count) {
    taken.addAndGet(-count);
    wakeWhoWaits();
  }

  /** Whether an insert may be given slots now, or soon. */
  boolean serveInserts() {
    return free() > 0 || noWaitBefore - System.nanoTime() <= 0;
  }

  /** How many slots an insert may wait for: with more, everybody else would wait for it. */
  int mostWaitedFor() {
    return Math.max(max / 2, 1);
  }

  /**
   * Takes this many, now or soon.
   *
   * @return false if they do not become free soon enough
   */
  boolean takeForInserts(int count) {
    if (wanted == 0 && take(count)) {
      return true;
    }
    long now = System.nanoTime();
    return count <= mostWaitedFor()
        && noWaitBefore - now <= 0
        && takeInTurn(count, now + LONGEST_WAIT);
  }

  /** Gives back what an insert took and did not use. */
  void giveBackFromInsert(int count) {
    inserts.addAndGet(-count);
    giveBackUnused(count);
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

  /** Where claims lack slots: up to half of them, and one at least, for a while. */
  private boolean mayInsert(int count) {
    if (!lacking) {
      return true;
    }
    int others = inserts.get();
    return (others == 0 || others + count <= max / 2)
        && System.nanoTime() - lackingSince < LONGEST_LACK;
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
          noWaitBefore = System.nanoTime() + NO_WAIT_AFTER_VAIN;
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
