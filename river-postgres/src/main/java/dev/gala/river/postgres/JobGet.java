package dev.gala.river.postgres;

import dev.gala.river.job.JobRow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Binds {@link RiverJobControlSql#JOB_GET}. */
final class JobGet {
  private final String sql;

  JobGet(Schema schema) {
    sql = schema.resolve(RiverJobControlSql.JOB_GET);
  }

  @Nullable JobRow run(Connection connection, long id) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, id);
      return JobRows.one(statement);
    }
  }
}
