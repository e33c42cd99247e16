package dev.gala.river.postgres;

import dev.gala.river.driver.JobRescueParams;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Binds {@link RiverMaintenanceSql#JOB_RESCUE_MANY}. */
final class JobRescueMany {
  private final String sql;

  JobRescueMany(Schema schema) {
    sql = schema.resolve(RiverMaintenanceSql.JOB_RESCUE_MANY);
  }

  List<Long> run(Connection connection, List<JobRescueParams> jobs) throws SQLException {
    var sorted = new ArrayList<>(jobs);
    sorted.sort(Comparator.comparingLong(job -> job.attemptId().jobId()));
    var columns = new Columns<>(connection, sorted);
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setArray(1, columns.int8(job -> job.attemptId().jobId()));
      statement.setArray(2, columns.int4(job -> job.attemptId().attempt()));
      statement.setArray(3, columns.time(job -> job.attemptId().attemptedAt()));
      statement.setArray(4, columns.text(job -> job.state().wireName()));
      statement.setArray(5, columns.text(job -> Times.rfc3339(job.error().at())));
      statement.setArray(6, columns.int4(job -> job.error().attempt()));
      statement.setArray(7, columns.text(job -> StorableText.of(job.error().error())));
      statement.setArray(8, columns.text(job -> StorableText.of(job.error().trace())));
      statement.setArray(9, columns.time(JobRescueParams::scheduledAt));
      try (ResultSet rows = statement.executeQuery()) {
        var rescued = new ArrayList<Long>();
        while (rows.next()) {
          rescued.add(rows.getLong(1));
        }
        return rescued;
      }
    }
  }
}
