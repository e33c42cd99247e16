package dev.gala.river.internal.produce;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class FetchPaceTest {
  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long COOLDOWN = 100 * MS;
  private static final long POLL = 1_000 * MS;
  private static final long START = -5 * MS; // nanosecond times may be negative

  private final FetchPace pace =
      new FetchPace(10, Duration.ofMillis(100), Duration.ofSeconds(1), START);

  @Test
  void asksAtOnceWhenItStarts() {
    assertThat(pace.nanosUntilFetch(START, 10)).isLessThanOrEqualTo(0);
  }

  /** Nobody wakes the loop for a slot that makes no difference: there must be none. */
  @Test
  void aSlotThatDoesNotMatterChangesNothing() {
    long seed = System.nanoTime();
    var random = new Random(seed);
    for (int round = 0; round < 2_000; round++) {
      int max = 1 + random.nextInt(12);
      var any = new FetchPace(max, Duration.ofMillis(100), Duration.ofSeconds(1), START);
      long now = START;
      for (int step = random.nextInt(4); step > 0; step--) {
        now += random.nextLong(2 * POLL);
        int asked = 1 + random.nextInt(max);
        any.fetched(now, asked, random.nextInt(asked + 1));
      }
      if (random.nextBoolean()) {
        any.woken();
      }
      now += random.nextLong(2 * POLL);
      for (int free = 1; free <= max; free++) {
        boolean same = any.nanosUntilFetch(now, free) == any.nanosUntilFetch(now, free - 1);
        assertThat(same || any.matters(free)).as("seed %s, %s of %s", seed, free, max).isTrue();
      }
    }
  }

  @Test
  void neverAsksWhileNoSlotIsFree() {
    assertThat(pace.nanosUntilFetch(START, 0)).isEqualTo(Long.MAX_VALUE);
    pace.fetched(START, 10, 10);
    pace.woken();
    assertThat(pace.nanosUntilFetch(START + 10 * POLL, 0)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void afterAFullClaimAsksAtOnceWhenHalfTheSlotsAreFree() {
    pace.fetched(START, 10, 10);
    assertThat(pace.nanosUntilFetch(START + 1, 5)).isLessThanOrEqualTo(0);
    assertThat(pace.nanosUntilFetch(START + 1, 10)).isLessThanOrEqualTo(0);
  }

  @Test
  void afterAFullClaimAsksForFewerSlotsWhenTheCooldownIsOver() {
    pace.fetched(START, 10, 10);
    assertThat(pace.nanosUntilFetch(START, 4)).isEqualTo(COOLDOWN);
    assertThat(pace.nanosUntilFetch(START + COOLDOWN, 4)).isLessThanOrEqualTo(0);
    assertThat(pace.nanosUntilFetch(START + COOLDOWN, 1)).isLessThanOrEqualTo(0);
  }

  @Test
  void aFullClaimOfOneSlotIsABacklogToo() {
    pace.fetched(START, 1, 1);
    assertThat(pace.nanosUntilFetch(START + 1, 5)).isLessThanOrEqualTo(0);
  }

  @Test
  void aWakeupDuringABacklogDoesNotShortenTheCooldown() {
    pace.fetched(START, 10, 10);
    pace.woken();
    assertThat(pace.nanosUntilFetch(START, 4)).isEqualTo(COOLDOWN);
  }

  @Test
  void afterAWakeupAsksAtOnce() {
    pace.fetched(START, 10, 3);
    assertThat(pace.nanosUntilFetch(START, 7)).isPositive();
    pace.woken();
    assertThat(pace.nanosUntilFetch(START, 7)).isLessThanOrEqualTo(0);
  }

  @Test
  void afterAWakeupForNothingTheNextOneWaitsForTheCooldown() {
    pace.fetched(START, 10, 0); // the start counts as a wake-up
    pace.woken();
    assertThat(pace.nanosUntilFetch(START, 10)).isEqualTo(COOLDOWN);
    assertThat(pace.nanosUntilFetch(START + COOLDOWN, 10)).isLessThanOrEqualTo(0);
  }

  @Test
  void anEmptyPollDoesNotDelayTheNextWakeup() {
    pace.fetched(START, 10, 0);
    long poll = START + 2 * POLL;
    assertThat(pace.nanosUntilFetch(poll, 10)).isLessThanOrEqualTo(0);
    pace.fetched(poll, 10, 0);
    pace.woken();
    assertThat(pace.nanosUntilFetch(poll, 10)).isLessThanOrEqualTo(0);
  }

  @Test
  void aWakeupServedOnceIsOver() {
    pace.fetched(START, 10, 3);
    pace.woken();
    pace.fetched(START, 7, 2);
    assertThat(pace.nanosUntilFetch(START, 5)).isGreaterThanOrEqualTo(POLL);
  }

  @Test
  void otherwisePollsAfterTheIntervalAndUpToATenthMore() {
    for (int i = 0; i < 1_000; i++) {
      pace.fetched(START, 10, 3);
      assertThat(pace.nanosUntilFetch(START, 7)).isBetween(POLL, POLL + POLL / 10 - 1);
    }
  }

  @Test
  void theJitterOfAShortIntervalIsTenMilliseconds() {
    var quick = new FetchPace(10, Duration.ofMillis(1), Duration.ofMillis(5), START);
    for (int i = 0; i < 1_000; i++) {
      quick.fetched(START, 10, 3);
      assertThat(quick.nanosUntilFetch(START, 7)).isBetween(5 * MS, 15 * MS - 1);
    }
  }

  @Test
  void aCooldownBeyondThePollDoesNotDelayThePoll() {
    var slow = new FetchPace(10, Duration.ofSeconds(30), Duration.ofSeconds(1), START);
    slow.fetched(START, 10, 10);
    assertThat(slow.nanosUntilFetch(START, 1)).isLessThan(2 * POLL);
  }

  @Test
  void intervalsWithoutEndDoNotOverflow() {
    Duration forEver = Duration.ofSeconds(Long.MAX_VALUE);
    var idle = new FetchPace(10, forEver, forEver, Long.MAX_VALUE - 1);
    idle.fetched(Long.MAX_VALUE - 1, 10, 3);
    assertThat(idle.nanosUntilFetch(Long.MAX_VALUE, 7)).isGreaterThan(POLL);
    idle.fetched(Long.MAX_VALUE - 1, 10, 10);
    assertThat(idle.nanosUntilFetch(Long.MAX_VALUE, 1)).isGreaterThan(POLL);
  }

  @Test
  void theEchoOfWhatWasJustClaimedDoesNotDelayTheNextWakeup() {
    pace.fetched(START, 10, 3);
    pace.woken();
    pace.fetched(START + MS, 7, 0);
    pace.woken();
    assertThat(pace.nanosUntilFetch(START + MS, 7)).isLessThanOrEqualTo(0);
  }

  @Test
  void afterAFullClaimThatLeftSlotsMoreIsFetchedAtOnce() {
    pace.fetched(START, 2, 2);
    assertThat(pace.nanosUntilFetch(START, 2)).isPositive();
    pace.leftSlots(START);
    assertThat(pace.nanosUntilFetch(START, 2)).isNotPositive();
    pace.fetched(START, 2, 1);
    pace.leftSlots(START);
    assertThat(pace.nanosUntilFetch(START, 2)).isPositive();
  }
}
