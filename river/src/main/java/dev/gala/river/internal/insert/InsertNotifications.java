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

  /** Those of {@code queues} to notify with the insert. */
  Set<String> due(Set<String> queues, long nanoTime) {
    Set<String> due = new HashSet<>();
    lock.lock();
    try {
      for (String queue : queues) {
        Long last = committed.get(queue);
        if (last == null || nanoTime - last >= cooldown) {
          due.add(queue);
        }
      }
    } finally {
      lock.unlock();
    }
    return due;
  }

  /**
   * Notes a committed insert: its notifications count from now on, and for the other queues a
   * trailing one follows. Sent before the commit, that would tell of a row nobody sees yet.
   */
  void committed(Set<String> queues, Set<String> notified, long nanoTime) {
    lock.lock();
    try {
      for (String queue : queues) {
        if (notified.contains(queue)) {
          committed.put(queue, nanoTime);
        } else if (trailing.add(queue)) {
          long passed = nanoTime - committed.getOrDefault(queue, nanoTime);
          scheduler.schedule(queue, Math.max(cooldown - passed, 0));
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
}
