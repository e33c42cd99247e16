package dev.gala.river.postgres;

import dev.gala.river.driver.Heartbeats.Beat;
import dev.gala.river.driver.Heartbeats.BeatParams;
import dev.gala.river.driver.Heartbeats.RunningAttempt;
import dev.gala.river.driver.Heartbeats.Silent;
import dev.gala.river.job.AttemptId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** Binds {@link GalaClientSql#BEAT}, {@link GalaClientSql#LEAVE}, {@link GalaClientSql#RUNNING}. */
final class ClientBeat {
  private final String beat;
  private final String leave;
  private final String running;
  private final int patienceSeconds;

  /**
   * The statements.
   *
   * @param patience how long a renewal may take
   */
  ClientBeat(Schema schema, Duration patience) {
    beat = schema.resolve(GalaClientSql.BEAT);
    leave = schema.resolve(GalaClientSql.LEAVE);
    running = schema.resolve(GalaClientSql.RUNNING);
    patienceSeconds = Math.max(1, Math.toIntExact(patience.toSeconds()));
  }

  Beat run(Connection connection, BeatParams params) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(beat)) {
      statement.setQueryTimeout(patienceSeconds);
      statement.setString(1, params.clientId());
      statement.setLong(2, microseconds(params.ttl()));
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        var silent = new ArrayList<Silent>();
        var now = Times.require(rows, "asked_at");
        long own = rows.getLong("beat");
        long sweeps = rows.getLong("sweeps");
        do {
          String id = rows.getString("silent_id");
          if (id != null) {
            silent.add(
                new Silent(
                    id,
                    rows.getLong("silent_beat"),
                    Times.require(rows, "silent_beat_at"),
                    Duration.of(rows.getLong("silent_ttl"), ChronoUnit.MICROS)));
          }
        } while (rows.next());
        return new Beat(now, own, sweeps, silent);
      }
    }
  }

  int leave(Connection connection, String clientId) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(leave)) {
      statement.setQueryTimeout(patienceSeconds);
      statement.setString(1, clientId);
      return statement.executeUpdate();
    }
  }

  List<RunningAttempt> running(Connection connection, String clientId, List<String> queues, int max)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(running)) {
      statement.setArray(1, new Columns<>(connection, queues).text(queue -> queue));
      statement.setString(2, clientId);
      statement.setInt(3, max);
      statement.setInt(4, max);
      try (ResultSet rows = statement.executeQuery()) {
        var attempts = new ArrayList<RunningAttempt>();
        while (rows.next()) {
          var attemptId =
              new AttemptId(
                  rows.getLong("id"), rows.getInt("attempt"), Times.require(rows, "attempted_at"));
          attempts.add(
              new RunningAttempt(
                  attemptId, rows.getString("queue"), rows.getBoolean("cancel_requested")));
        }
        return attempts;
      }
    }
  }

  static long microseconds(Duration duration) {
    return duration.dividedBy(ChronoUnit.MICROS.getDuration());
  }
}
