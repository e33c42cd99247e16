package dev.gala.river.postgres;

import dev.gala.river.driver.Maintenance.JobDeleteBeforeParams;
import dev.gala.river.driver.Maintenance.JobsDeleted;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Binds {@link RiverMaintenanceSql#JOB_DELETE_BEFORE} and what it is made of. */
final class JobDeleteBefore {
  private final String sql;
  private final String old;
  private final String these;
  private final Refusals refusals = new Refusals("deleting", Duration.ofMinutes(10));

  JobDeleteBefore(Schema schema) {
    sql = schema.resolve(RiverMaintenanceSql.JOB_DELETE_BEFORE);
    old = schema.resolve(RiverMaintenanceSql.JOB_OLD);
    these = schema.resolve(RiverMaintenanceSql.JOB_DELETE_THESE);
  }

  JobsDeleted run(Connection connection, JobDeleteBeforeParams params) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(connection, statement, params);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return new JobsDeleted(row.getInt("deleted"), Times.read(row, "last"));
      }
    }
  }

  /** The same where some of the rows refuse it. */
  JobsDeleted runInParts(Connection connection, JobDeleteBeforeParams params) throws SQLException {
    var ids = new ArrayList<Long>();
    @Nullable Instant last = null;
    try (PreparedStatement statement = connection.prepareStatement(old)) {
      bind(connection, statement, params);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          ids.add(rows.getLong("id"));
          last = Times.read(rows, "finalized_at");
        }
      }
    }
    Refusals.Done<Integer> done = refusals.inParts(connection, ids, this::delete);
    int count = done.parts().stream().mapToInt(Integer::intValue).sum();
    return new JobsDeleted(count, count == 0 ? null : last);
  }

  private int delete(Connection connection, List<Long> ids) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(these)) {
      statement.setArray(1, new Columns<>(connection, ids).int8(Long::longValue));
      return statement.executeUpdate();
    }
  }

  private void bind(
      Connection connection, PreparedStatement statement, JobDeleteBeforeParams params)
      throws SQLException {
    statement.setString(1, params.state().wireName());
    statement.setLong(2, Times.micros(params.retention()));
    statement.setString(3, Times.text(params.from()));
    statement.setArray(4, new Columns<>(connection, refusals.known()).int8(Long::longValue));
    statement.setInt(5, params.max());
  }
}
