package dev.gala.river.fake;

import dev.gala.river.driver.Leader;
import dev.gala.river.driver.Leadership;
import dev.gala.river.driver.NotificationTopic;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** River's leader table, on a clock of the test's choice. Its state is guarded by the signal. */
public final class FakeLeadership implements Leadership {
  private final Signal signal;
  private final Faults faults;
  private final FakeChannels channels;
  private final List<Duration> limits = new ArrayList<>();
  private InstantSource clock = InstantSource.system();
  private @Nullable Leader row;

  FakeLeadership(FakeDatabase database) {
    this.signal = database.signal();
    this.faults = database.faults();
    this.channels = database.channels();
  }

  /** The database's clock from now on. */
  public void clock(InstantSource databaseClock) {
    signal.change(() -> clock = databaseClock);
  }

  /** The row as it is, expired or not. */
  public @Nullable Leader row() {
    return signal.look(() -> row);
  }

  /** Writes the row behind everybody's back; null deletes it, as a crash of the server does. */
  public void write(@Nullable Leader leader) {
    signal.change(() -> row = leader);
  }

  /** Waits until this client leads, and tells its term. */
  public Leader awaitLeader(String clientId) {
    signal.await(
        clientId + " to lead",
        () -> row != null && row.leaderId().equals(clientId) && !hasExpired(row));
    return signal.look(() -> row);
  }

  /** The time limits of the statements, in order. */
  public List<Duration> limits() {
    return signal.look(() -> List.copyOf(limits));
  }

  @Override
  public @Nullable Leader leaderAttemptElect(String clientId, Duration ttl, Duration limit) {
    return faults.call(
        Call.LEADER_ELECT,
        clientId,
        () -> {
          limits.add(limit);
          if (row != null && !hasExpired(row)) {
            return null;
          }
          row = new Leader(clientId, now(), now().plus(ttl));
          return row;
        });
  }

  @Override
  public @Nullable Leader leaderAttemptReelect(Leader term, Duration ttl, Duration limit) {
    return faults.call(
        Call.LEADER_REELECT,
        term,
        () -> {
          limits.add(limit);
          if (!isRow(term) || hasExpired(row)) {
            return null;
          }
          row = new Leader(term.leaderId(), term.electedAt(), now().plus(ttl));
          return row;
        });
  }

  @Override
  public @Nullable Leader leaderGet() {
    return signal.look(() -> row == null || hasExpired(row) ? null : row);
  }

  @Override
  public boolean leaderResign(Leader term, Duration limit) {
    return faults.call(
        Call.LEADER_RESIGN,
        term,
        () -> {
          limits.add(limit);
          if (!isRow(term)) {
            return false;
          }
          row = null;
          channels.send(
              NotificationTopic.LEADERSHIP,
              "{\"leader_id\" : \"%s\", \"action\" : \"resigned\"}".formatted(term.leaderId()));
          return true;
        });
  }

  private boolean isRow(Leader term) {
    return row != null
        && row.leaderId().equals(term.leaderId())
        && row.electedAt().equals(term.electedAt());
  }

  private boolean hasExpired(Leader leader) {
    return leader.expiresAt().isBefore(now());
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
