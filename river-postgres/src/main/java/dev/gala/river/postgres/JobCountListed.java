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

  JobCountListed(Schema schema) {
    sql = schema.resolve(RiverJobControlSql.JOB_COUNT_LISTED);
  }

  JobCounted run(Connection connection, JobListQuery query) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      JobList.bind(connection, statement, query);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return new JobCounted(row.getInt("jobs"), row.getLong("last_id"));
      }
    }
  }
}
