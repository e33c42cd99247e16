package dev.gala.internal.dispatch;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the time of the calls under way: looks at all of them every 10 ms, on one thread, so that
 * a call costs no timer of its own. What is due may be done some milliseconds late, never early.
 * The thread is started when it is needed, and ends when it has not been for a while. Safe for use
 * by many threads.
 */
final class CallWatch {
  private static final Logger LOG = LoggerFactory.getLogger(CallWatch.class);
  private static final long TICK = TimeUnit.MILLISECONDS.toNanos(10);

  /** For a second without a call it looks on, lest every single one has to wake it. */
  private static final int QUIET_TICKS = 100;

  private static final long LONGEST_SLEEP = TimeUnit.SECONDS.toNanos(10);

  private final ThreadFactory threads;
  private final Set<HandlerCall> calls = ConcurrentHashMap.newKeySet();
  private final AtomicReference<@Nullable Thread> watcher = new AtomicReference<>();
  private volatile boolean asleep;

  /** A watch on a thread of {@code threads}: a daemon, which does nothing that takes long. */
  CallWatch(ThreadFactory threads) {
    this.threads = threads;
  }

  /** Looks after a call until it is removed, or given up. */
  void add(HandlerCall call) {
    calls.add(call);
    Thread current = watcher.get();
    if (current == null) {
      start(call);
    } else if (asleep) {
      LockSupport.unpark(current);
    }
  }

  /** Looks after it no longer. */
  void remove(HandlerCall call) {
    calls.remove(call);
  }

  private void start(HandlerCall call) {
    Thread thread = threads.newThread(this::watch);
    if (!watcher.compareAndSet(null, thread)) {
      return;
    }
    try {
      thread.start();
    } catch (RuntimeException | Error noThread) {
      watcher.set(null);
      calls.remove(call);
      throw noThread;
    }
  }

  private void watch() {
    int quiet = 0;
    while (true) {
      if (calls.isEmpty()) {
        quiet++;
      } else {
        quiet = 0;
        lookAtAll();
      }
      if (quiet < QUIET_TICKS) {
        LockSupport.parkNanos(this, TICK);
      } else if (sleep()) {
        quiet = 0;
      } else {
        return;
      }
    }
  }

  /** Until there is a call. False if there is none, and the thread is to end. */
  private boolean sleep() {
    asleep = true;
    if (calls.isEmpty()) { // Whoever adds one after this sees that it sleeps.
      LockSupport.parkNanos(this, LONGEST_SLEEP);
    }
    asleep = false;
    if (!calls.isEmpty()) {
      return true;
    }
    watcher.set(null);
    // Whoever adds one after this starts another thread.
    return !calls.isEmpty() && watcher.compareAndSet(null, Thread.currentThread());
  }

  private void lookAtAll() {
    long now = System.nanoTime();
    calls.removeIf(call -> isLeft(call, now));
  }

  private static boolean isLeft(HandlerCall call, long now) {
    try {
      boolean left = call.look(now);
      if (left) {
        call.leave();
      }
      return left;
    } catch (RuntimeException | Error broken) {
      LOG.error("listener \"{}\" could not be looked after", call.turn().name(), broken);
      return false;
    }
  }
}
