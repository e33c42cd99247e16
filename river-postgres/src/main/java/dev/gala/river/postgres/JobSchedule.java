package dev.gala.river.postgres;

import dev.gala.river.driver.JobScheduleParams;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Binds {@link RiverJobScheduleSql}. */
final class JobSchedule {
  private final Schema schema;
  private final String sql;
  private final String due;
  private final String these;
  private final Refusals refusals = new Refusals("making available", Duration.ofMinutes(1));

  JobSchedule(Schema schema) {
    this.schema = schema;
    sql = schema.resolve(RiverJobScheduleSql.JOB_SCHEDULE);
    due = schema.resolve(RiverJobScheduleSql.JOB_SCHEDULE_DUE);
    these = schema.resolve(RiverJobScheduleSql.JOB_SCHEDULE_THESE);
  }

  int run(Connection connection, JobScheduleParams params) throws SQLException {
    return count(connection, sql, params, refusals.known());
  }

  /** The same where some of the rows refuse it. */
  int runInParts(Connection connection, JobScheduleParams params) throws SQLException {
    var ids = new ArrayList<Long>();
    try (PreparedStatement statement = connection.prepareStatement(due)) {
      bind(connection, statement, params, refusals.known());
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          ids.add(rows.getLong(1));
        }
      }
    }
    Refusals.Done<Integer> done =
        refusals.inParts(connection, ids, (same, part) -> count(same, these, params, part));
    return done.parts().stream().mapToInt(Integer::intValue).sum();
  }

  private int count(
      Connection connection, String counting, JobScheduleParams params, List<Long> ids)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(counting)) {
      bind(connection, statement, params, ids);
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        return rows.getInt(1);
      }
    }
  }

  private void bind(
      Connection connection, PreparedStatement statement, JobScheduleParams params, List<Long> ids)
      throws SQLException {
    statement.setLong(1, Times.micros(params.lookAhead()));
    statement.setInt(2, params.max());
    statement.setString(3, schema.name());
    statement.setArray(4, new Columns<>(connection, ids).int8(Long::longValue));
  }
}
