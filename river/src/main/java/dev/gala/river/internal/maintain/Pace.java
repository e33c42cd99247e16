package dev.gala.river.internal.maintain;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * When a leader's loop does its work.
 *
 * @param interval from the end of a pass to the next
 * @param stagger the first pass begins up to so much after the start: not all loops at once
 * @param rest after a full batch up to so much, and a twentieth of it at least
 */
public record Pace(Duration interval, Duration stagger, Duration rest) {
  /** At such intervals, with River's rests. */
  public static Pace every(Duration interval) {
    return new Pace(interval, Duration.ofSeconds(1), Duration.ofSeconds(1));
  }

  /** At such intervals, and for the rest as quickly as can be: for tests. */
  public static Pace restless(Duration interval) {
    return new Pace(interval, Duration.ZERO, Duration.ZERO);
  }

  long untilFirst() {
    return stagger.isZero() ? 0 : ThreadLocalRandom.current().nextLong(stagger.toNanos());
  }

  long untilNext() {
    return interval.toNanos();
  }

  long untilNextBatch() {
    long longest = rest.toNanos();
    return longest == 0 ? 0 : ThreadLocalRandom.current().nextLong(longest / 20, longest);
  }
}
