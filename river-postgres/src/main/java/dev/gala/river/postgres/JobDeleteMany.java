package dev.gala.river.postgres;

import dev.gala.river.driver.JobDeleteManyParams;
import dev.gala.river.job.JobRow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** Binds {@link RiverJobControlSql#JOB_DELETE_MANY}. */
final class JobDeleteMany {
  private final String sql;

  JobDeleteMany(Schema schema) {
    sql = schema.resolve(RiverJobControlSql.JOB_DELETE_MANY);
  }

  List<JobRow> run(Connection connection, JobDeleteManyParams params) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      var filters = new Filters(connection, statement);
      filters.jobs(
          params.ids(), params.kinds(), params.priorities(), params.queues(), params.states());
      statement.setInt(filters.next(), params.max());
      return JobRows.all(statement);
    }
  }
}
