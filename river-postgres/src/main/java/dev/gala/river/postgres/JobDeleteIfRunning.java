package dev.gala.river.postgres;

import dev.gala.river.job.AttemptId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Binds {@link RiverJobSql#JOB_DELETE_IF_RUNNING} and {@link
 * RiverJobSql#JOB_DELETE_IF_RUNNING_WAITING}.
 */
final class JobDeleteIfRunning {
  private final String passingOver;
  private final String waiting;

  JobDeleteIfRunning(Schema schema) {
    passingOver = schema.resolve(RiverJobSql.JOB_DELETE_IF_RUNNING);
    waiting = schema.resolve(RiverJobSql.JOB_DELETE_IF_RUNNING_WAITING);
  }

  List<Long> run(Connection connection, Locked locked, List<AttemptId> attempts)
      throws SQLException {
    String sql =
        switch (locked) {
          case PASS_OVER -> passingOver;
          case WAIT -> waiting;
        };
    var sorted = new ArrayList<>(attempts);
    sorted.sort(Comparator.comparingLong(AttemptId::jobId));
    var columns = new Columns<>(connection, sorted);
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setArray(1, columns.int8(AttemptId::jobId));
      statement.setArray(2, columns.int4(AttemptId::attempt));
      statement.setArray(3, columns.time(AttemptId::attemptedAt));
      try (ResultSet rows = statement.executeQuery()) {
        var ids = new ArrayList<Long>(attempts.size());
        while (rows.next()) {
          ids.add(rows.getLong(1));
        }
        return ids;
      }
    }
  }
}
