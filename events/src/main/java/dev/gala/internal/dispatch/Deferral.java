package dev.gala.internal.dispatch;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to put back what nobody here can do: from a second, doubling, to five minutes, each time
 * a fifth more or less, so that events put back together do not come back together.
 */
final class Deferral {
  private static final Duration LONGEST = Duration.ofMinutes(5);
  private static final double JITTER = 0.2;

  private final RandomGenerator random;

  /** Asked by many threads at once. */
  Deferral(RandomGenerator random) {
    this.random = random;
  }

  /** After {@code count} times before. */
  Duration delay(int count) {
    long seconds = Math.min(LONGEST.toSeconds(), 1L << Math.clamp(count, 0, 20));
    double factor = 1 - JITTER + 2 * JITTER * random.nextDouble();
    return Duration.ofMillis(Math.round(seconds * 1000 * factor));
  }
}
