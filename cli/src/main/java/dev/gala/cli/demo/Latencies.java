package dev.gala.cli.demo;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * For each event the time from its commit to the entry of its first handler, by the monotonic clock
 * of this process. Safe for many threads.
 */
final class Latencies {
  private final AtomicLongArray committed;
  private final AtomicLongArray entered;

  Latencies(int events) {
    committed = new AtomicLongArray(events + 1);
    entered = new AtomicLongArray(events + 1);
  }

  void committed(int number) {
    committed.compareAndSet(number, 0, System.nanoTime());
  }

  void entered(int number) {
    entered.compareAndSet(number, 0, System.nanoTime());
  }

  /**
   * The latency that so many of a hundred events stay within, in milliseconds; 0 if no event was
   * handled. A handler that entered before the committing thread was told of its commit counts 0.
   */
  double percentileMillis(int percent) {
    long[] nanos = sorted();
    if (nanos.length == 0) {
      return 0;
    }
    int rank = (int) Math.ceil(percent / 100.0 * nanos.length);
    return nanos[Math.max(rank - 1, 0)] / 1e6;
  }

  private long[] sorted() {
    long[] nanos = new long[entered.length()];
    int count = 0;
    for (int number = 0; number < entered.length(); number++) {
      if (entered.get(number) != 0 && committed.get(number) != 0) {
        nanos[count++] = Math.max(0, entered.get(number) - committed.get(number));
      }
    }
    long[] known = Arrays.copyOf(nanos, count);
    Arrays.sort(known);
    return known;
  }
}
