package dev.gala.river.internal.insert;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
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
    this.cooldown = cooldown.toNanos();
    this.scheduler = scheduler;
  }

  /** Those of {@code queues} to notify now; the others will be notified when their time comes. */
  Set<String> due(Set<String> queues, long nanoTime) {
    Set<String> due = new HashSet<>();
    lock.lock();
    try {
      for (String queue : queues) {
        Long last = committed.get(queue);
        if (last == null || nanoTime - last >= cooldown) {
          due.add(queue);
        } else if (trailing.add(queue)) {
          scheduler.schedule(queue, cooldown - (nanoTime - last));
        }
      }
    } finally {
      lock.unlock();
    }
    return due;
  }

  /** Notes that these notifications were committed. */
  void committed(Set<String> queues, long nanoTime) {
    lock.lock();
    try {
      for (String queue : queues) {
        committed.put(queue, nanoTime);
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
