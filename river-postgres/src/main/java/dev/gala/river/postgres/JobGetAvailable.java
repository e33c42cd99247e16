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
import org.jspecify.annotations.Nullable;

/**
 * Binds {@link RiverJobSql#JOB_GET_AVAILABLE}, {@link RiverJobSql#JOB_GET_AVAILABLE_OF_KIND} and
 * {@link RiverJobSql#JOB_GET_AVAILABLE_OF_KINDS}.
 */
final class JobGetAvailable {
  /** {@code RETURNING} promises no order. */
  private static final Comparator<JobRow> STARTING_ORDER =
      Comparator.comparingInt(JobRow::priority)
          .thenComparing(JobRow::scheduledAt)
          .thenComparingLong(JobRow::id);

  private final String sql;
  private final String sqlOfKind;
  private final String sqlOfKinds;

  JobGetAvailable(Schema schema) {
    sql = schema.resolve(RiverJobSql.JOB_GET_AVAILABLE);
    sqlOfKind = schema.resolve(RiverJobSql.JOB_GET_AVAILABLE_OF_KIND);
    sqlOfKinds = schema.resolve(RiverJobSql.JOB_GET_AVAILABLE_OF_KINDS);
  }

  List<ClaimedJob> run(Connection connection, JobGetAvailableParams params) throws SQLException {
    List<String> kinds = params.kinds();
    try (PreparedStatement statement = connection.prepareStatement(sql(kinds))) {
      int parameter = 0;
      statement.setString(++parameter, params.queue());
      if (kinds != null && kinds.size() == 1) {
        statement.setString(++parameter, kinds.getFirst());
      } else if (kinds != null) {
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

  private String sql(@Nullable List<String> kinds) {
    if (kinds == null) {
      return sql;
    }
    return kinds.size() == 1 ? sqlOfKind : sqlOfKinds;
  }
}
