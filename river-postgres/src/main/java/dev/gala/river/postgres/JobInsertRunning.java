package dev.gala.river.postgres;

import dev.gala.river.driver.JobInserted;
import dev.gala.river.job.Durability;
import dev.gala.river.job.JobInsertParams;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Binds {@link RiverJobRunningSql#JOB_INSERT_RUNNING} and {@link
 * RiverJobRunningSql#JOB_INSERT_RUNNING_ONE}, or the relaxed ones.
 */
final class JobInsertRunning {
  private final String sql;
  private final String sqlOfOne;

  JobInsertRunning(Schema schema, Durability durability) {
    UnaryOperator<String> asDurable = RiverJobRelaxedSql.inserting(durability);
    sql = schema.resolve(asDurable.apply(RiverJobRunningSql.JOB_INSERT_RUNNING));
    sqlOfOne = schema.resolve(asDurable.apply(RiverJobRunningSql.JOB_INSERT_RUNNING_ONE));
  }

  List<JobInserted> run(Connection connection, List<JobInsertParams> jobs, String clientId)
      throws SQLException {
    JobInsertParams first = jobs.getFirst();
    if (jobs.size() == 1) {
      return runOne(connection, first, clientId);
    }
    var columns = new Columns<>(connection, jobs);
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, clientId);
      statement.setString(2, first.kind());
      statement.setInt(3, first.maxAttempts());
      statement.setInt(4, first.priority());
      statement.setString(5, first.queue());
      statement.setString(6, String.join(",", first.tags()));
      statement.setArray(7, columns.text(JobInsertParams::args));
      statement.setArray(8, columns.text(JobInsertParams::metadata));
      return read(statement, jobs.size());
    }
  }

  private List<JobInserted> runOne(Connection connection, JobInsertParams job, String clientId)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sqlOfOne)) {
      statement.setString(1, job.args());
      statement.setString(2, clientId);
      statement.setString(3, job.kind());
      statement.setInt(4, job.maxAttempts());
      statement.setString(5, job.metadata());
      statement.setInt(6, job.priority());
      statement.setString(7, job.queue());
      statement.setString(8, String.join(",", job.tags()));
      return read(statement, 1);
    }
  }

  private static List<JobInserted> read(PreparedStatement statement, int count)
      throws SQLException {
    try (ResultSet rows = statement.executeQuery()) {
      var inserted = new ArrayList<JobInserted>(count);
      while (rows.next()) {
        var createdAt = rows.getObject(2, OffsetDateTime.class).toInstant();
        inserted.add(new JobInserted(rows.getLong(1), createdAt, true));
      }
      return inserted;
    }
  }
}
