package dev.gala.cli.demo;

import java.time.Duration;
import java.util.Arrays;

/**
 * How long a run took; each duration counts from its start.
 *
 * @param emitting until the last event was emitted
 * @param firstAttempts until the last success of a first attempt
 * @param whole until the last success
 * @param p50Millis median time from an event's commit to the entry of its first handler
 * @param p99Millis the time that 99 of 100 events stay within
 * @param mostWaiting the most events that were committed and not yet with a handler
 */
record Timings(
    Duration emitting,
    Duration firstAttempts,
    Duration whole,
    double p50Millis,
    double p99Millis,
    int mostWaiting) {

  /** What so many of a hundred values stay within, by the nearest rank; 0 if there are none. */
  static long percentile(int percent, long[] values) {
    if (values.length == 0) {
      return 0;
    }
    long[] sorted = values.clone();
    Arrays.sort(sorted);
    int rank = (int) Math.ceil(percent / 100.0 * sorted.length);
    return sorted[Math.max(rank - 1, 0)];
  }
}
