package dev.gala.river.internal.insert;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Limits the notifications of inserts: at most one per queue and cooldown, counted when committed,
 * and a trailing one for what was inserted meanwhile. NOTIFY takes a lock over the whole database
 * while it commits: one per insert would be the ceiling of all inserts.
 *
 * <p>A trailing one is only asked for after the commit of what it tells of: an insert may take
 * longer than the cooldown, and whoever is told before its commit finds nothing.
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

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Long> committed = new HashMap<>();
  private final Set<String> trailing = new HashSet<>();
  private final long cooldown;
  private final Trailing scheduler;

  InsertNotifications(Duration cooldown, Trailing scheduler) {
    this.cooldown = TimeUnit.NANOSECONDS.convert(cooldown);
    this.scheduler = scheduler;
  }

  /** Those of {@code queues} to notify in the insert's own transaction. */
  Set<String> due(Set<String> queues, long nanoTime) {
    Set<String> due = new HashSet<>();
    lock.lock();
    try {
      for (String queue : queues) {
        if (left(queue, nanoTime) <= 0) {
          due.add(queue);
        }
      }
    } finally {
      lock.unlock();
    }
    return due;
  }

  /**
   * Notes that an insert was committed; a trailing notification tells of what it did not notify.
   *
   * @param notified those of {@code queues} that it notified
   */
  void committed(Set<String> queues, Set<String> notified, long nanoTime) {
    lock.lock();
    try {
      for (String queue : queues) {
        if (notified.contains(queue)) {
          committed.put(queue, nanoTime);
        } else if (trailing.add(queue)) {
          scheduler.schedule(queue, Math.max(0, left(queue, nanoTime)));
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Takes note that the trailing notification of {@code queue} is being sent. */
  void trailingSent(String queue) {
    lock.lock();
    try {
      trailing.remove(queue);
    } finally {
      lock.unlock();
    }
  }

  private long left(String queue, long nanoTime) {
    Long last = committed.get(queue);
    return last == null ? 0 : cooldown - (nanoTime - last);
  }
}
