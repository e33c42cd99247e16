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

  /**
   * The queues to notify with an insert.
   *
   * @param queues all of them
   * @param instead those whose trailing notification it stands for: it is sent after what that was
   *     to tell of was committed
   */
  record Due(Set<String> queues, Set<String> instead) {}

  private static final int MOST_REMEMBERED = 1_000;

  /**
   * A trailing notification waits this part of the cooldown longer: the next insert of a busy queue
   * comes sooner, and stands for it, which costs no transaction of its own.
   */
  private static final int PART_OF_PATIENCE = 5;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Long> committed = new HashMap<>();
  private final Set<String> trailing = new HashSet<>();

  /** Those that are looked at later: each once, however often inserts stand for them meanwhile. */
  private final Set<String> scheduled = new HashSet<>();

  private final Set<String> beingSent = new HashSet<>();
  private final long cooldown;
  private final Trailing scheduler;

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
    Set<String> instead = new HashSet<>();
    lock.lock();
    try {
      for (String queue : queues) {
        Long last = committed.get(queue);
        if (last == null || nanoTime - last >= cooldown) {
          due.add(queue);
          if (trailing.remove(queue)) {
            instead.add(queue);
          }
        }
      }
      beingSent.addAll(instead);
    } finally {
      lock.unlock();
    }
    return new Due(due, instead);
  }

  /**
   * Notes a committed insert: its notifications count from now on, and for the other queues a
   * trailing one follows. Sent before the commit, that would tell of a row nobody sees yet.
   */
  void committed(Set<String> queues, Due notified, long nanoTime) {
    lock.lock();
    try {
      beingSent.removeAll(notified.instead());
      for (String queue : queues) {
        if (notified.queues().contains(queue)) {
          forgetThePast(nanoTime);
          committed.put(queue, nanoTime);
        } else {
          follow(queue, nanoTime);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Notes an insert of which nobody knows whether it was committed: if it was, it may have been
   * without its notifications.
   */
  void maybeCommitted(Set<String> queues, Due due, long nanoTime) {
    lock.lock();
    try {
      beingSent.removeAll(due.instead());
      queues.forEach(queue -> follow(queue, nanoTime));
    } finally {
      lock.unlock();
    }
  }

  /** Notes an insert that failed: the trailing notifications it stood for are still to come. */
  void notCommitted(Due due, long nanoTime) {
    lock.lock();
    try {
      beingSent.removeAll(due.instead());
      due.instead().forEach(queue -> follow(queue, nanoTime));
    } finally {
      lock.unlock();
    }
  }

  /** Has a trailing notification sent, unless an insert stands for it before. */
  private void follow(String queue, long nanoTime) {
    trailing.add(queue);
    if (scheduled.add(queue)) {
      long passed = nanoTime - committed.getOrDefault(queue, nanoTime);
      scheduler.schedule(queue, Math.max(cooldown - passed, 0) + cooldown / PART_OF_PATIENCE);
    }
  }

  /** The queues whose trailing notifications are still to come, which are now being sent. */
  Set<String> takeTrailing() {
    lock.lock();
    try {
      Set<String> queues = Set.copyOf(trailing);
      trailing.clear();
      beingSent.addAll(queues);
      return queues;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Whether the trailing notification of {@code queue}, as scheduled, is still to come; it is now
   * being sent, so that one more follows what is inserted from here on. Where an insert has stood
   * for one meanwhile, the next has its own time, and is scheduled again.
   */
  boolean takeTrailing(String queue, long nanoTime) {
    lock.lock();
    try {
      scheduled.remove(queue);
      if (!trailing.contains(queue)) {
        return false;
      }
      Long last = committed.get(queue);
      if (last != null && nanoTime - last < cooldown) {
        follow(queue, nanoTime);
        return false;
      }
      trailing.remove(queue);
      beingSent.add(queue);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Notes that these trailing notifications were sent. */
  void sent(Set<String> queues, long nanoTime) {
    lock.lock();
    try {
      beingSent.removeAll(queues);
    } finally {
      lock.unlock();
    }
    committed(queues, new Due(queues, Set.of()), nanoTime);
  }

  /** Notes that these trailing notifications could not be sent, and are still to come. */
  void notSent(Set<String> queues) {
    lock.lock();
    try {
      beingSent.removeAll(queues);
      trailing.addAll(queues);
    } finally {
      lock.unlock();
    }
  }

  /** The queues whose trailing notifications are still to come, or not known to be sent. */
  Set<String> outstanding() {
    lock.lock();
    try {
      Set<String> queues = new HashSet<>(trailing);
      queues.addAll(beingSent);
      return queues;
    } finally {
      lock.unlock();
    }
  }
}
