package dev.gala.river.postgres;

import dev.gala.river.driver.JobInserted;
import dev.gala.river.job.JobInsertParams;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Binds {@link RiverJobSql#JOB_INSERT_FAST}. */
final class JobInsertFast {
  private final Schema schema;
  private final String sql;

  JobInsertFast(Schema schema) {
    this.schema = schema;
    sql = schema.resolve(RiverJobSql.JOB_INSERT_FAST);
  }

  List<JobInserted> run(Connection connection, List<JobInsertParams> jobs, Set<String> notifyQueues)
      throws SQLException {
    var columns = new Columns<>(connection, jobs);
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, columns);
      statement.setString(10, schema.name());
      statement.setArray(
          11, new Columns<>(connection, List.copyOf(notifyQueues)).text(queue -> queue));
      try (ResultSet rows = statement.executeQuery()) {
        var inserted = new ArrayList<JobInserted>(jobs.size());
        while (rows.next()) {
          var createdAt = rows.getObject(2, OffsetDateTime.class).toInstant();
          inserted.add(new JobInserted(rows.getLong(1), createdAt));
        }
        return inserted;
      }
    }
  }

  /** Binds what stands first in every insert from arrays. */
  static void bind(PreparedStatement statement, Columns<JobInsertParams> columns)
      throws SQLException {
    statement.setArray(1, columns.text(JobInsertParams::args));
    statement.setArray(2, columns.text(JobInsertParams::kind));
    statement.setArray(3, columns.int4(JobInsertParams::maxAttempts));
    statement.setArray(4, columns.text(JobInsertParams::metadata));
    statement.setArray(5, columns.int4(JobInsertParams::priority));
    statement.setArray(6, columns.text(JobInsertParams::queue));
    statement.setArray(7, columns.time(JobInsertParams::scheduledAt));
    statement.setArray(8, columns.text(job -> job.state().wireName()));
    statement.setArray(9, columns.text(job -> String.join(",", job.tags())));
  }
}
