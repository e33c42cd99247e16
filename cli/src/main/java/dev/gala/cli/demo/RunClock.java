package dev.gala.cli.demo;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What happened when in a run, by the monotonic clock of this process: for each event its commit
 * and the entry of its first handler, for the run its last successes. Safe for many threads.
 */
final class RunClock {
  private final long start = System.nanoTime();
  private final AtomicLongArray committed;
  private final AtomicLongArray entered;
  private final AtomicInteger emitted = new AtomicInteger();
  private final AtomicInteger handled = new AtomicInteger();
  private final AtomicLong lastEmit = new AtomicLong();
  private final AtomicLong lastFirstAttempt = new AtomicLong();
  private final AtomicLong lastSuccess = new AtomicLong();

  /** Starts now, for so many events, numbered from 1. */
  RunClock(int events) {
    committed = new AtomicLongArray(events + 1);
    entered = new AtomicLongArray(events + 1);
  }

  /** An event's transaction is committed. */
  void committed(int number) {
    long now = now();
    committed.compareAndSet(number, 0, now);
    lastEmit.accumulateAndGet(now, Math::max);
    emitted.incrementAndGet();
  }

  /** A handler was entered; the event's first one counts. */
  void entered(int number) {
    entered.compareAndSet(number, 0, now());
  }

  /** A listener succeeded. */
  void handled(int attempt) {
    long now = now();
    lastSuccess.accumulateAndGet(now, Math::max);
    if (attempt == 1) {
      lastFirstAttempt.accumulateAndGet(now, Math::max);
    }
    handled.incrementAndGet();
  }

  /** Events emitted so far. */
  int emitted() {
    return emitted.get();
  }

  /** Listeners' successes so far, as this process saw them. */
  int handled() {
    return handled.get();
  }

  Timings timings() {
    return new Timings(
        Duration.ofNanos(lastEmit.get()),
        Duration.ofNanos(lastFirstAttempt.get()),
        Duration.ofNanos(lastSuccess.get()),
        percentileMillis(50),
        percentileMillis(99),
        mostWaiting());
  }

  /** Never 0, which stands for what has not happened. */
  private long now() {
    return Math.max(1, System.nanoTime() - start);
  }

  private double percentileMillis(int percent) {
    long[] nanos = new long[entered.length()];
    int count = 0;
    for (int number = 0; number < entered.length(); number++) {
      if (entered.get(number) != 0 && committed.get(number) != 0) {
        nanos[count++] = Math.max(0, entered.get(number) - committed.get(number));
      }
    }
    return Timings.percentile(percent, Arrays.copyOf(nanos, count)) / 1e6;
  }

  /** Walks through all commits and entries in the order of their times. */
  private int mostWaiting() {
    long[] commits = sorted(committed);
    long[] entries = sorted(entered);
    int most = 0;
    int gone = 0;
    for (int come = 1; come <= commits.length; come++) {
      while (gone < entries.length && entries[gone] <= commits[come - 1]) {
        gone++;
      }
      most = Math.max(most, come - gone);
    }
    return most;
  }

  private static long[] sorted(AtomicLongArray times) {
    long[] sorted = new long[times.length()];
    for (int number = 0; number < sorted.length; number++) {
      sorted[number] = times.get(number);
    }
    Arrays.sort(sorted);
    int unknown = 0;
    while (unknown < sorted.length && sorted[unknown] == 0) {
      unknown++;
    }
    return Arrays.copyOfRange(sorted, unknown, sorted.length);
  }
}
