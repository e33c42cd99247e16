package dev.gala.cli.bench;

import java.time.Duration;

/**
 * Times, counted by their size: however many there are it takes the same little room, and what it
 * tells is at most 3 % above the truth. For one thread at a time.
 */
final class Histogram {
  /** Every size has so many steps between one power of two and the next. */
  private static final int STEPS = 32;

  private static final int LOG_STEPS = 5;

  private final long[] counts = new long[(Long.SIZE - LOG_STEPS) * STEPS + STEPS];
  private long count;
  private long longest;

  /** Counts a time; one below zero as zero. */
  void add(Duration time) {
    long micros = Math.max(0, time.toNanos() / 1_000);
    counts[step(micros)]++;
    count++;
    longest = Math.max(longest, micros);
  }

  /**
   * What {@code share} of all times are not above.
   *
   * @param share from 0 to 1
   * @return milliseconds; 0 if there are none
   */
  double millis(double share) {
    long rank = Math.max(1, (long) Math.ceil(share * count));
    long seen = 0;
    for (int step = 0; step < counts.length; step++) {
      seen += counts[step];
      if (seen >= rank) {
        return Math.min(last(step), longest) / 1_000.0;
      }
    }
    return 0;
  }

  private static int step(long micros) {
    int shift = shift(micros);
    return shift * STEPS + (int) (micros >> shift);
  }

  private static int shift(long micros) {
    int power = Long.SIZE - 1 - Long.numberOfLeadingZeros(micros | 1);
    return Math.max(0, power - LOG_STEPS);
  }

  /** The longest time of a step, in microseconds. */
  private static long last(int step) {
    int shift = Math.max(0, step / STEPS - 1);
    long first = (long) step - (long) shift * STEPS;
    return ((first + 1) << shift) - 1;
  }
}
