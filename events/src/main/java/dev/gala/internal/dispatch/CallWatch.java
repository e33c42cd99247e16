package dev.gala.internal.dispatch;

import java.time.Duration;
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

  /** For a second without a call it looks on, lest every single one has to start it. */
  private static final int QUIET_TICKS = 100;

  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(1);

  private final ThreadFactory threads;
  private final Set<HandlerCall> calls = ConcurrentHashMap.newKeySet();
  private final AtomicReference<@Nullable Thread> watcher = new AtomicReference<>();
  private volatile boolean closing;

  /** A watch on a thread of {@code threads}: a daemon, which does nothing that takes long. */
  CallWatch(ThreadFactory threads) {
    this.threads = threads;
  }

  /** Looks after a call until it is removed, or given up. */
  void add(HandlerCall call) {
    calls.add(call);
    if (watcher.get() == null) {
      start(call);
    }
  }

  /** Looks after it no longer. */
  void remove(HandlerCall call) {
    calls.remove(call);
  }

  /** Has its thread end as soon as no call is under way; waits for that where none is. */
  void close() {
    closing = true;
    Thread current = watcher.get();
    if (current == null || current.equals(Thread.currentThread())) {
      return;
    }
    LockSupport.unpark(current);
    if (calls.isEmpty()) {
      try {
        current.join(LONGEST_CLOSE);
      } catch (InterruptedException hurry) {
        Thread.currentThread().interrupt();
      }
    }
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
      if (quiet == 0 || (quiet < QUIET_TICKS && !closing)) {
        LockSupport.parkNanos(this, TICK);
      } else if (ends()) {
        return;
      } else {
        quiet = 0;
      }
    }
  }

  /** Ends the watch, unless a call came at the last moment. */
  private boolean ends() {
    watcher.set(null);
    // Whoever adds one after this starts another thread.
    return calls.isEmpty() || !watcher.compareAndSet(null, Thread.currentThread());
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
