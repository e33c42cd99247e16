package dev.gala.river.postgres;

import dev.gala.river.job.AttemptId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
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
          ids.add(rows.getLong(1));
        }
        return ids;
      }
    }
  }
}
