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

/** Binds {@link RiverJobRunningSql#JOB_INSERT_RUNNING}, or the relaxed one. */
final class JobInsertRunning {
  private final String sql;

  JobInsertRunning(Schema schema, Durability durability) {
    sql =
        schema.resolve(
            switch (durability) {
              case FULL -> RiverJobRunningSql.JOB_INSERT_RUNNING;
              case RELAXED -> RiverJobRelaxedSql.JOB_INSERT_RUNNING;
            });
  }

  List<JobInserted> run(Connection connection, List<JobInsertParams> jobs, String clientId)
      throws SQLException {
    JobInsertParams first = jobs.getFirst();
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
      try (ResultSet rows = statement.executeQuery()) {
        var inserted = new ArrayList<JobInserted>(jobs.size());
        while (rows.next()) {
          var createdAt = rows.getObject(2, OffsetDateTime.class).toInstant();
          inserted.add(new JobInserted(rows.getLong(1), createdAt, true));
        }
        return inserted;
      }
    }
  }
}
