package dev.gala.river.internal.rescue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.driver.Heartbeats.Beat;
import dev.gala.river.driver.Heartbeats.Silent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ObservationTest {
  private static final Duration TTL = Duration.ofSeconds(15);
  private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

  private final Observation observation = new Observation(TTL);

  private List<Silent> look(long databaseMillis, long ownMillis, Duration ttl, long beatAtMillis) {
    var silent = new Silent("dead", 7, START.plusMillis(beatAtMillis), ttl);
    var beat = new Beat(START.plusMillis(databaseMillis), 1, 0, List.of(silent));
    return observation.dead(beat, Duration.ofMillis(ownMillis).toNanos());
  }

  /** Looks every 3 s, as long as that goes well. */
  private List<Silent> lookUntil(long untilMillis, Duration ttl, long beatAtMillis) {
    List<Silent> dead = List.of();
    for (long at = 0; at <= untilMillis; at += 3_000) {
      dead = look(at, at, ttl, beatAtMillis);
    }
    return dead;
  }

  @ParameterizedTest
  @CsvSource({
    // the last beat is long past: what counts is what was seen
    "12, 15, -3600, false",
    "15, 15, -3600, true",
    "18, 15, -3600, true",
    // it was seen
    "15, 15, 1, false",
    "18, 15, 3, true",
    "18, 15, 4, false",
    // the silent one's own time is longer, or shorter than the observer's
    "27, 30, -3600, false",
    "30, 30, -3600, true",
    "12, 2, -3600, false",
    "15, 2, -3600, true",
    // a beat still to come
    "30, 15, 20, false",
  })
  void whoIsSilentForItsTimeAndTheObserversIsDead(
      long seconds, long ttl, long beatAt, boolean dead) {
    assertThat(lookUntil(seconds * 1_000, Duration.ofSeconds(ttl), beatAt * 1_000))
        .hasSize(dead ? 1 : 0);
  }

  @ParameterizedTest
  @CsvSource({
    // the database's time, the own time, until when the next look is, and whether it goes on
    "22000, 22000, true",
    "22500, 22500, true",
    "22501, 22501, false",
    "22600, 15100, false",
    "15100, 22600, false",
    "14999, 15100, false",
    "3600000, 15100, false",
  })
  void aPauseOrAClockThatIsSetBeginsAnew(long database, long own, boolean goesOn) {
    lookUntil(15_000, TTL, -1_000_000);

    assertThat(look(database, own, TTL, -1_000_000)).hasSize(goesOn ? 1 : 0);
  }

  @Test
  void anOutageBeginsAnew() {
    assertThat(lookUntil(15_000, TTL, -1_000)).hasSize(1);

    observation.interrupted();

    for (long at = 16_000; at < 31_000; at += 3_000) {
      assertThat(look(at, at, TTL, -1_000)).isEmpty();
    }
    assertThat(look(31_000, 31_000, TTL, -1_000)).hasSize(1);
  }

  /** Whatever happens to the database, its clock and the machine. */
  @Test
  void theLivingAreNeverTakenForDeadAndTheDeadAlwaysAre() {
    for (long seed = 1; seed <= 3_000; seed++) {
      new Fleet(seed).live();
    }
  }

  /** Clients that beat whenever they can, one of which dies, and an observer. Times in ms. */
  private static final class Fleet {
    private static final long INTERVAL = TTL.toMillis() / 5;

    private final long seed;
    private final Random random;
    private final Observation observer = new Observation(TTL);
    private final long[] nextBeat = new long[4];
    private final Instant[] beatAt = new Instant[nextBeat.length];
    private long now;
    private long asleep;
    private long clockSet;
    private long awayUntil;
    private long nextLook;
    private long nextDisturbance;
    private long undisturbedSince;
    private long deadSince = Long.MAX_VALUE;
    private boolean found;

    Fleet(long seed) {
      this.seed = seed;
      this.random = new Random(seed);
      for (int i = 0; i < beatAt.length; i++) {
        beatAt[i] = databaseNow();
      }
    }

    private Instant databaseNow() {
      return START.plusMillis(now + clockSet);
    }

    void live() {
      long death = random.nextLong(10 * TTL.toMillis());
      for (int step = 0; step < 3_000 && !found; step++) {
        now += 100;
        if (now >= death && deadSince == Long.MAX_VALUE) {
          deadSince = now;
        }
        // In the end nothing disturbs any more. In between, the living come to beat.
        if (step < 2_000 && now >= nextDisturbance && random.nextInt(40) == 0) {
          disturb();
          nextDisturbance = now + 2 * INTERVAL;
        }
        beat();
        look();
      }
      assertThat(found).as("the dead one is found, seed %s", seed).isTrue();
    }

    private void disturb() {
      switch (random.nextInt(5)) {
        case 0 -> awayUntil = Math.max(awayUntil, now + random.nextLong(3 * TTL.toMillis()));
        case 1 -> clockSet += random.nextLong(2 * TTL.toMillis());
        case 2 -> clockSet -= random.nextLong(2 * TTL.toMillis());
        case 3 -> {
          // Everything sleeps, the database too; the own clock may not notice.
          long sleep = random.nextLong(10 * TTL.toMillis());
          now += sleep;
          asleep += random.nextBoolean() ? sleep : 0;
        }
        default -> nextLook = now + random.nextLong(2 * TTL.toMillis());
      }
      undisturbedSince = Math.max(now, awayUntil);
    }

    private void beat() {
      if (now < awayUntil) {
        return;
      }
      for (int i = 0; i < nextBeat.length; i++) {
        boolean dead = i == 0 && now >= deadSince;
        if (!dead && now >= nextBeat[i]) {
          beatAt[i] = databaseNow();
          // After a sleep it comes a little late.
          nextBeat[i] = now + INTERVAL + random.nextLong(INTERVAL / 2);
        }
      }
    }

    private void look() {
      if (now < nextLook) {
        return;
      }
      nextLook = now + INTERVAL;
      if (now < awayUntil) {
        observer.interrupted();
        return;
      }
      Instant databaseNow = databaseNow();
      var silent = new ArrayList<Silent>();
      for (int i = 0; i < beatAt.length; i++) {
        if (beatAt[i].isAfter(databaseNow.plus(TTL))) {
          beatAt[i] = databaseNow;
        }
        if (!beatAt[i].isAfter(databaseNow.minus(TTL))) {
          silent.add(new Silent(String.valueOf(i), 1, beatAt[i], TTL));
        }
      }
      List<Silent> dead =
          observer.dead(
              new Beat(databaseNow, 1, 0, silent), Duration.ofMillis(now - asleep).toNanos());
      assertThat(dead).as("seed %s at %s", seed, now).allMatch(one -> one.clientId().equals("0"));
      if (!dead.isEmpty()) {
        assertThat(now - deadSince)
            .as("seed %s: the dead one had its time", seed)
            .isGreaterThanOrEqualTo(0);
        found = true;
      } else {
        // A time still to come, by a clock that was set back, costs one TTL more.
        assertThat(now - Math.max(undisturbedSince, deadSince))
            .as("seed %s: the dead one is found in time", seed)
            .isLessThan(3 * TTL.toMillis());
      }
    }
  }
}
