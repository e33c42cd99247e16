package dev.gala.river.internal.rescue;

import dev.gala.river.driver.Heartbeats.Beat;
import dev.gala.river.driver.Heartbeats.Silent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is dead, as seen by one client that beats itself: pure rules, for one thread.
 *
 * <p>A client is dead when it was silent for its own TTL and the observer's, all of which the
 * observer saw: its own heartbeats were written without a pause of more than half its TTL, by the
 * database's clock and by its own. Whatever stops everybody (an outage, a clock that is set, a
 * machine that sleeps) stops the observer as well, and it begins anew. A pause of half a TTL is no
 * danger: a living client renews five times in a TTL.
 */
final class Observation {
  private final Duration ttl;
  private final Duration longestPause;
  private @Nullable Instant since;
  private Instant last = Instant.EPOCH;
  private long lastNanos;

  /**
   * Nothing is observed yet.
   *
   * @param ttl the observer's
   */
  Observation(Duration ttl) {
    this.ttl = ttl;
    this.longestPause = ttl.dividedBy(2);
  }

  /** The database was not reached. */
  void interrupted() {
    since = null;
  }

  /**
   * Takes what the database said to a heartbeat.
   *
   * @param nanos when it was asked, by the observer's clock that only goes on
   * @return those of the silent who are dead
   */
  List<Silent> dead(Beat beat, long nanos) {
    Instant now = beat.now();
    Instant begun = since;
    if (begun == null || !goesOn(now, nanos)) {
      begun = now;
      since = now;
    }
    last = now;
    lastNanos = nanos;
    Instant from = begun;
    return beat.silent().stream().filter(silent -> isDead(silent, from, now)).toList();
  }

  private boolean goesOn(Instant now, long nanos) {
    Duration byDatabase = Duration.between(last, now);
    Duration byOwnClock = Duration.ofNanos(nanos - lastNanos);
    return !byDatabase.isNegative()
        && byDatabase.compareTo(longestPause) <= 0
        && byOwnClock.compareTo(longestPause) <= 0;
  }

  private boolean isDead(Silent silent, Instant from, Instant now) {
    Instant silentSince = silent.beatAt().isAfter(from) ? silent.beatAt() : from;
    Duration patience = silent.ttl().compareTo(ttl) > 0 ? silent.ttl() : ttl;
    return Duration.between(silentSince, now).compareTo(patience) >= 0;
  }
}
