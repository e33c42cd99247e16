package dev.gala.river.fake;

import dev.gala.river.internal.lifecycle.Clockwork;
import dev.gala.river.internal.lifecycle.Wakeup;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Time that goes on when the test says so; also as a clock on the wall. */
public final class ManualClockwork implements Clockwork, InstantSource {
  private static final Instant BEGIN = Instant.parse("2026-03-04T05:06:07.123456Z");

  private record Sleeper(Wakeup wakeup, long until) {}

  private final Signal signal = new Signal();
  private final List<Sleeper> sleepers = new ArrayList<>();
  private long now = 1;

  @Override
  public long nanos() {
    return signal.look(() -> now);
  }

  @Override
  public Instant instant() {
    return BEGIN.plusNanos(nanos() - 1);
  }

  @Override
  public void await(Wakeup wakeup, long nanos) {
    if (nanos <= 0) {
      return;
    }
    Sleeper sleeper =
        signal.look(
            () -> {
              var added = new Sleeper(wakeup, now + Math.min(nanos, Long.MAX_VALUE - now));
              sleepers.add(added);
              return added;
            });
    wakeup.await(Await.DEADLINE.toNanos());
    signal.change(() -> sleepers.remove(sleeper));
  }

  /** Lets so much time pass, and wakes those whose time has come. */
  public void advance(Duration time) {
    signal.change(
        () -> {
          now += time.toNanos();
          sleepers.stream()
              .filter(sleeper -> sleeper.until() <= now)
              .map(Sleeper::wakeup)
              .forEach(Wakeup::signal);
        });
  }

  /**
   * Waits until somebody sleeps until a time at least {@code least} and at most {@code most} off.
   */
  public void awaitSleeper(Duration least, Duration most) {
    signal.await(
        "somebody to sleep for " + least + " to " + most,
        () ->
            sleepers.stream()
                .map(sleeper -> Duration.ofNanos(sleeper.until() - now))
                .anyMatch(left -> left.compareTo(least) >= 0 && left.compareTo(most) <= 0));
  }
}
