package dev.gala.river.postgres;

import dev.gala.river.driver.JobCounted;
import dev.gala.river.driver.JobListQuery;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Binds {@link RiverJobControlSql#JOB_COUNT_LISTED}. */
final class JobCountListed {
  private final String sql;
  private final JobWindow window;

  JobCountListed(Schema schema) {
    sql = schema.resolve(RiverJobControlSql.JOB_COUNT_LISTED);
    window = new JobWindow(schema);
  }

  JobCounted run(Connection connection, JobListQuery query) throws SQLException {
    JobWindow.Ids within = window.of(connection, query);
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      JobList.bind(connection, statement, query, within);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return new JobCounted(row.getInt("jobs"), row.getLong("last_id"));
      }
    }
  }
}
