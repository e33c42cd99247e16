package dev.gala.river.internal.produce;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * When a producer asks the database: pure rules, for one thread but for {@link #matters}, on
 * nanosecond times.
 *
 * <ul>
 *   <li>While no slot is free, never.
 *   <li>After a full claim there is a backlog: at once when half of the slots are free, so that
 *       claims stay large; for fewer slots no sooner than the cooldown.
 *   <li>After a wake-up: at once, unless the last wake-up came for nothing less than a cooldown ago
 *       (where many clients are woken by one job, all but one find nothing). One that follows a
 *       claim that found something is no such thing: it is often the echo of what was claimed.
 *   <li>Otherwise at the next poll, drawn from the interval and up to a tenth (at least 10 ms)
 *       more.
 * </ul>
 */
final class FetchPace {
  private static final long LEAST_JITTER = Duration.ofMillis(10).toNanos();

  /** Longer intervals are cut to it, so that sums of times do not overflow. */
  private static final Duration LONGEST = Duration.ofDays(365);

  private final int maxWorkers;
  private final long cooldown;
  private final long pollInterval;

  private boolean woken = true;
  private boolean backlog;
  private long notBefore;
  private long lastFound;
  private long nextPoll;

  FetchPace(int maxWorkers, Duration cooldown, Duration pollInterval, long now) {
    this.maxWorkers = maxWorkers;
    this.cooldown = nanos(cooldown);
    this.pollInterval = nanos(pollInterval);
    this.notBefore = now;
    this.lastFound = now - this.cooldown;
    this.nextPoll = now;
  }

  /** Notes that there may be work. */
  void woken() {
    woken = true;
  }

  /** Whether it makes a difference to {@link #nanosUntilFetch} that there is one free slot more. */
  boolean matters(int freeSlots) {
    return freeSlots == 1 || freeSlots == (maxWorkers + 1) / 2;
  }

  /** How long to wait before the next claim; zero or less means now. */
  long nanosUntilFetch(long now, int freeSlots) {
    if (freeSlots == 0) {
      return Long.MAX_VALUE;
    }
    if (backlog && freeSlots * 2 >= maxWorkers) {
      return 0;
    }
    if (woken || backlog) {
      return Math.min(notBefore, nextPoll) - now;
    }
    return nextPoll - now;
  }

  /** Notes a claim of at most {@code asked} jobs that brought {@code got}. */
  void fetched(long now, int asked, int got) {
    boolean forNothing = woken && got == 0 && now - lastFound >= cooldown;
    if (got > 0) {
      lastFound = now;
    }
    backlog = got == asked;
    woken = false;
    notBefore = backlog || forNothing ? now + cooldown : now;
    long jitter = Math.max(pollInterval / 10, LEAST_JITTER);
    nextPoll = now + pollInterval + ThreadLocalRandom.current().nextLong(jitter);
  }

  /**
   * Notes that the last claim left slots free on purpose: if it was full, more may be had at once.
   */
  void leftSlots(long now) {
    if (backlog) {
      notBefore = now;
    }
  }

  private static long nanos(Duration interval) {
    return (interval.compareTo(LONGEST) < 0 ? interval : LONGEST).toNanos();
  }
}
