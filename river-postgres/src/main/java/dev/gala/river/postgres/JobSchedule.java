package dev.gala.river.postgres;

import dev.gala.river.driver.JobScheduleParams;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.temporal.ChronoUnit;

/** Binds {@link RiverJobSql#JOB_SCHEDULE}. */
final class JobSchedule {
  private final Schema schema;
  private final String sql;

  JobSchedule(Schema schema) {
    this.schema = schema;
    sql = schema.resolve(RiverJobSql.JOB_SCHEDULE);
  }

  int run(Connection connection, JobScheduleParams params) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(
          1, params.lookAhead().toNanos() / ChronoUnit.MICROS.getDuration().toNanos());
      statement.setInt(2, params.max());
      statement.setString(3, schema.name());
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        return rows.getInt(1);
      }
    }
  }
}
