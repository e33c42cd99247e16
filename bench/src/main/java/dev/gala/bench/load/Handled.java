package dev.gala.bench.load;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what is handled, and tells when the first and the last was. Safe for many threads. */
public final class Handled {
  private final long expected;
  private final AtomicLong count = new AtomicLong();
  private final CountDownLatch all = new CountDownLatch(1);
  private volatile long first;
  private volatile long last;

  /** A count that is complete with so many. */
  public Handled(long expected) {
    this.expected = expected;
  }

  /** Takes note of one more. */
  public void one() {
    long number = count.incrementAndGet();
    if (number == 1) {
      first = System.nanoTime();
    }
    if (number == expected) {
      last = System.nanoTime();
      all.countDown();
    }
  }

  /** How many so far. */
  public long count() {
    return count.get();
  }

  /**
   * Waits for all.
   *
   * @throws IllegalStateException if they do not come in time
   */
  public void await(Duration patience) throws InterruptedException {
    if (!all.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException(
          "only %d of %d were handled within %d s"
              .formatted(count(), expected, patience.toSeconds()));
    }
  }

  /** How many a second, from the first to the last. */
  public double perSecond() {
    return (expected - 1) * 1e9 / Math.max(last - first, 1);
  }

  /** How many a second, from the first until now, when all of them are finished. */
  public double perSecondUntilNow() {
    return expected * 1e9 / Math.max(System.nanoTime() - first, 1);
  }
}
