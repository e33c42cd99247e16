package dev.gala.river.postgres;

import dev.gala.river.job.JobRow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Binds {@link RiverJobControlSql#JOB_RETRY}. */
final class JobRetry {
  private final String sql;

  JobRetry(Schema schema) {
    sql = schema.resolve(RiverJobControlSql.JOB_RETRY);
  }

  @Nullable JobRow run(Connection connection, long id) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, id);
      return JobRows.one(statement);
    } catch (SQLException e) {
      throw SqlStates.uniqueConflict("retrying job " + id, e);
    }
  }
}
