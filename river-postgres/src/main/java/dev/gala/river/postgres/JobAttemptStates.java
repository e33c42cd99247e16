package dev.gala.river.postgres;

import dev.gala.river.job.AttemptId;
import dev.gala.river.job.JobState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Binds {@link RiverJobSql#JOB_ATTEMPT_STATES}. */
final class JobAttemptStates {
  private final String sql;

  JobAttemptStates(Schema schema) {
    sql = schema.resolve(RiverJobSql.JOB_ATTEMPT_STATES);
  }

  Map<AttemptId, JobState> run(Connection connection, List<AttemptId> attempts)
      throws SQLException {
    var columns = new Columns<>(connection, attempts);
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setArray(1, columns.int8(AttemptId::jobId));
      statement.setArray(2, columns.int4(AttemptId::attempt));
      statement.setArray(3, columns.time(AttemptId::attemptedAt));
      try (ResultSet rows = statement.executeQuery()) {
        var states = new HashMap<AttemptId, JobState>();
        while (rows.next()) {
          states.put(attempts.get(rows.getInt(1) - 1), JobState.ofWireName(rows.getString(2)));
        }
        return states;
      }
    }
  }
}
