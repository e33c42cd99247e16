package dev.gala.river.internal.lifecycle;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Growing pauses between failures, each doubled ± 20 %. For one thread. */
public final class Backoff {
  private final long first;
  private final long longest;
  private long pause;

  /** 100 ms doubling to 10 s. */
  public Backoff() {
    this(Duration.ofMillis(100), Duration.ofSeconds(10));
  }

  /** {@code first} doubling to {@code longest}. */
  public Backoff(Duration first, Duration longest) {
    this.first = first.toNanos();
    this.longest = longest.toNanos();
    this.pause = this.first;
  }

  /** The next pause, in nanoseconds. */
  public long next() {
    long current = pause;
    pause = Math.min(pause * 2, longest);
    return (long) (current * ThreadLocalRandom.current().nextDouble(0.8, 1.2));
  }

  /** Begins anew, after a success. */
  public void reset() {
    pause = first;
  }
}
