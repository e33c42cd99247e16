package dev.gala.river.internal.lifecycle;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Growing pauses between failures: 100 ms doubling to 10 s, each ± 20 %. For one thread. */
public final class Backoff {
  private static final long FIRST = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long LONGEST = TimeUnit.SECONDS.toNanos(10);

  private long pause = FIRST;

  /** The next pause, in nanoseconds. */
  public long next() {
    long current = pause;
    pause = Math.min(pause * 2, LONGEST);
    return (long) (current * ThreadLocalRandom.current().nextDouble(0.8, 1.2));
  }

  /** Begins anew, after a success. */
  public void reset() {
    pause = FIRST;
  }
}
