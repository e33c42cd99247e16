package dev.gala.river.postgres;

import dev.gala.river.job.AttemptId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;

/** Binds {@link RiverJobControlSql#JOB_CANCEL_REQUESTED}. */
final class JobCancelRequested {
  private final String sql;

  JobCancelRequested(Schema schema) {
    sql = schema.resolve(RiverJobControlSql.JOB_CANCEL_REQUESTED);
  }

  List<Long> run(Connection connection, List<AttemptId> attempts) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      var columns = new Columns<>(connection, attempts);
      statement.setArray(1, columns.int8(AttemptId::jobId));
      statement.setArray(2, columns.int4(AttemptId::attempt));
      statement.setArray(3, columns.time(AttemptId::attemptedAt));
      try (ResultSet rows = statement.executeQuery()) {
        var ids = new ArrayList<Long>();
        while (rows.next()) {
          if (isOfThisAttempt(rows)) {
            ids.add(rows.getLong("id"));
          }
        }
        return ids;
      }
    }
  }

  /**
   * The mark of a cancellation is never removed: one that is older than the attempt was for an
   * attempt before a retry. What is no time was written by nobody known, and counts.
   */
  private static boolean isOfThisAttempt(ResultSet rows) throws SQLException {
    Instant attemptedAt = Times.require(rows, "attempted_at");
    String requestedAt = rows.getString("requested_at");
    if (requestedAt == null) {
      return true;
    }
    try {
      return !OffsetDateTime.parse(requestedAt).toInstant().isBefore(attemptedAt);
    } catch (DateTimeParseException e) {
      return true;
    }
  }
}
