package dev.gala.river.postgres;

import dev.gala.river.driver.ClaimedJob;
import dev.gala.river.driver.JobGetAvailableParams;
import dev.gala.river.job.JobRow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Binds {@link RiverJobSql#JOB_GET_AVAILABLE} and {@link RiverJobSql#JOB_GET_AVAILABLE_OF_KINDS}.
 */
final class JobGetAvailable {
  /** {@code RETURNING} promises no order. */
  private static final Comparator<JobRow> STARTING_ORDER =
      Comparator.comparingInt(JobRow::priority)
          .thenComparing(JobRow::scheduledAt)
          .thenComparingLong(JobRow::id);

  private final String sql;
  private final String sqlOfKinds;

  JobGetAvailable(Schema schema) {
    sql = schema.resolve(RiverJobSql.JOB_GET_AVAILABLE);
    sqlOfKinds = schema.resolve(RiverJobSql.JOB_GET_AVAILABLE_OF_KINDS);
  }

  List<ClaimedJob> run(Connection connection, JobGetAvailableParams params) throws SQLException {
    List<String> kinds = params.kinds();
    try (PreparedStatement statement =
        connection.prepareStatement(kinds == null ? sql : sqlOfKinds)) {
      int parameter = 0;
      statement.setString(++parameter, params.queue());
      if (kinds != null) {
        statement.setArray(++parameter, new Columns<>(connection, kinds).text(kind -> kind));
      }
      statement.setInt(++parameter, params.max());
      statement.setString(++parameter, params.clientId());
      try (ResultSet rows = statement.executeQuery()) {
        var jobs = new ArrayList<ClaimedJob>();
        while (rows.next()) {
          jobs.add(JobRows.readClaimed(rows));
        }
        jobs.sort(Comparator.comparing(ClaimedJob::job, STARTING_ORDER));
        return jobs;
      }
    }
  }
}
