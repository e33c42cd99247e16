package dev.gala.river.postgres;

import dev.gala.river.job.JobRow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Binds {@link RiverJobControlSql#JOB_CANCEL}. */
final class JobCancel {
  private final Schema schema;
  private final String sql;

  JobCancel(Schema schema) {
    this.schema = schema;
    sql = schema.resolve(RiverJobControlSql.JOB_CANCEL);
  }

  @Nullable JobRow run(Connection connection, long id, Instant attemptedAt) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, id);
      statement.setString(2, schema.name());
      statement.setString(3, Times.text(attemptedAt));
      statement.setString(4, Times.rfc3339(attemptedAt));
      return JobRows.one(statement);
    } catch (SQLException e) {
      throw SqlStates.uniqueConflict("cancelling job " + id, e);
    }
  }
}
