package dev.gala.river.internal.insert;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Limits the notifications of inserts: at most one per queue and cooldown, counted when committed,
 * and a trailing one for what was inserted meanwhile. NOTIFY takes a lock over the whole database
 * while it commits: one per insert would be the ceiling of all inserts.
 *
 * <p>In a caller's transaction nothing is limited: when it commits is not known here, and
 * PostgreSQL folds equal notifications of one transaction.
 */
final class InsertNotifications {
  /** Sends a trailing notification, later. */
  interface Trailing {
    /** Notifies {@code queue} after {@code delayNanos}. */
    void schedule(String queue, long delayNanos);
  }

  /**
   * The queues to notify with an insert.
   *
   * @param queues all of them
   * @param instead those whose trailing notification it stands for, if it commits, and that one's
   *     number: it is sent after what that was to tell of was committed
   */
  record Due(Set<String> queues, Map<String, Long> instead) {}

  /**
   * A trailing notification that is still to come.
   *
   * @param number another one when more was committed that it is to tell of
   * @param stoodForAt when the first insert began that may bring it along; null if none did
   */
  private record Owed(long number, @Nullable Long stoodForAt) {}

  private static final int MOST_REMEMBERED = 1_000;

  /**
   * A trailing notification waits this part of the cooldown longer: the next insert of a busy queue
   * comes sooner, and brings it along, which costs no transaction of its own.
   */
  private static final int PART_OF_PATIENCE = 5;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Long> committed = new HashMap<>();
  private final Map<String, Owed> trailing = new HashMap<>();

  /**
   * Those that are looked at later: each once, however often inserts bring them along meanwhile.
   */
  private final Set<String> scheduled = new HashSet<>();

  private final Set<String> beingSent = new HashSet<>();
  private final long cooldown;
  private final Trailing scheduler;
  private long lastNumber;

  InsertNotifications(Duration cooldown, Trailing scheduler) {
    this.cooldown = Math.min(TimeUnit.NANOSECONDS.convert(cooldown), Long.MAX_VALUE / 2);
    this.scheduler = scheduler;
  }

  /** There may be a queue for each of many tenants: what no longer limits anything is dropped. */
  private void forgetThePast(long nanoTime) {
    if (committed.size() >= MOST_REMEMBERED) {
      committed.values().removeIf(last -> nanoTime - last >= cooldown);
    }
  }

  /** Those of {@code queues} to notify with the insert, of which is then told what became of it. */
  Due due(Set<String> queues, long nanoTime) {
    Set<String> due = new HashSet<>();
    Map<String, Long> instead = new HashMap<>();
    lock.lock();
    try {
      for (String queue : queues) {
        Long last = committed.get(queue);
        if (last == null || nanoTime - last >= cooldown) {
          due.add(queue);
          Owed owed = trailing.get(queue);
          if (owed != null) {
            instead.put(queue, owed.number());
            trailing.put(queue, stoodFor(owed, nanoTime));
          }
        }
      }
    } finally {
      lock.unlock();
    }
    return new Due(due, instead);
  }

  private static Owed stoodFor(Owed owed, long nanoTime) {
    return owed.stoodForAt() == null ? new Owed(owed.number(), nanoTime) : owed;
  }

  /**
   * Notes a committed insert: its notifications count from now on, and for the other queues a
   * trailing one follows. Sent before the commit, that would tell of a row nobody sees yet.
   */
  void committed(Set<String> queues, Due notified, long nanoTime) {
    lock.lock();
    try {
      for (String queue : queues) {
        if (notified.queues().contains(queue)) {
          forgetThePast(nanoTime);
          committed.put(queue, nanoTime);
          broughtAlong(queue, notified.instead().get(queue));
        } else {
          follow(queue, nanoTime);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** What was committed while the insert was under way is not told of by it. */
  private void broughtAlong(String queue, @Nullable Long number) {
    if (number != null) {
      trailing.computeIfPresent(
          queue, (name, owed) -> owed.number() == number ? null : new Owed(owed.number(), null));
    }
  }

  /**
   * Notes an insert of which nobody knows whether it was committed: if it was, it may have been
   * without its notifications.
   */
  void maybeCommitted(Set<String> queues, long nanoTime) {
    lock.lock();
    try {
      queues.forEach(queue -> follow(queue, nanoTime));
    } finally {
      lock.unlock();
    }
  }

  /** Has a trailing notification sent, unless an insert brings it along before. */
  private void follow(String queue, long nanoTime) {
    Owed before = trailing.get(queue);
    trailing.put(queue, new Owed(++lastNumber, before == null ? null : before.stoodForAt()));
    schedule(queue, untilNext(queue, nanoTime));
  }

  private void schedule(String queue, long delayNanos) {
    if (scheduled.add(queue)) {
      scheduler.schedule(queue, delayNanos);
    }
  }

  private long untilNext(String queue, long nanoTime) {
    long passed = nanoTime - committed.getOrDefault(queue, nanoTime);
    return Math.max(cooldown - passed, 0) + cooldown / PART_OF_PATIENCE;
  }

  /** The queues whose trailing notifications are still to come, which are now being sent. */
  Set<String> takeTrailing() {
    lock.lock();
    try {
      Set<String> queues = Set.copyOf(trailing.keySet());
      trailing.clear();
      beingSent.addAll(queues);
      return queues;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Whether the trailing notification of {@code queue}, as scheduled, is to be sent; it is then
   * being sent, so that one more follows what is inserted from here on. Otherwise it was brought
   * along by an insert, or has another time, for which it is scheduled again.
   */
  boolean takeTrailing(String queue, long nanoTime) {
    lock.lock();
    try {
      scheduled.remove(queue);
      Owed owed = trailing.get(queue);
      if (owed == null) {
        return false;
      }
      long wait = untilSent(queue, owed, nanoTime);
      if (wait > 0) {
        schedule(queue, wait);
        return false;
      }
      trailing.remove(queue);
      beingSent.add(queue);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * An insert that may bring it along has a cooldown for that, and no more, however many follow:
   * each may be slow, or fail, and what is to be told of was committed long before.
   */
  private long untilSent(String queue, Owed owed, long nanoTime) {
    Long last = committed.get(queue);
    if (last != null && nanoTime - last < cooldown) {
      return untilNext(queue, nanoTime);
    }
    Long stoodForAt = owed.stoodForAt();
    return stoodForAt == null ? 0 : cooldown - (nanoTime - stoodForAt);
  }

  /** Notes that these trailing notifications were sent. */
  void sent(Set<String> queues, long nanoTime) {
    lock.lock();
    try {
      beingSent.removeAll(queues);
    } finally {
      lock.unlock();
    }
    committed(queues, new Due(queues, Map.of()), nanoTime);
  }

  /** Notes that these trailing notifications could not be sent, and are still to come. */
  void notSent(Set<String> queues) {
    lock.lock();
    try {
      beingSent.removeAll(queues);
      queues.forEach(queue -> trailing.put(queue, new Owed(++lastNumber, null)));
    } finally {
      lock.unlock();
    }
  }

  /** The queues whose trailing notifications are still to come, or not known to be sent. */
  Set<String> outstanding() {
    lock.lock();
    try {
      Set<String> queues = new HashSet<>(trailing.keySet());
      queues.addAll(beingSent);
      return queues;
    } finally {
      lock.unlock();
    }
  }
}
