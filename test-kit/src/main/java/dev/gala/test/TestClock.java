package dev.gala.test;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * A clock that stands until it is moved. It begins at a midnight, one to two days from now, so that
 * it is ahead of the database's own clock, whatever the test does: what the database calls due is
 * due. Read by many threads, moved by one.
 */
final class TestClock implements InstantSource {
  private volatile Instant now =
      LocalDate.now(ZoneOffset.UTC).plusDays(2).atStartOfDay().toInstant(ZoneOffset.UTC);

  @Override
  public Instant instant() {
    return now;
  }

  /**
   * Moves it.
   *
   * @throws IllegalArgumentException if {@code by} is negative
   */
  void advance(Duration by) {
    if (by.isNegative()) {
      throw new IllegalArgumentException("the clock goes forward only, and not by " + by);
    }
    now = now.plus(by);
  }

  /** Moves it to {@code time}, unless it is there or beyond. */
  void advanceTo(Instant time) {
    if (time.isAfter(now)) {
      now = time;
    }
  }
}
