package dev.gala.river.postgres;

import dev.gala.river.job.JobRow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Binds {@link RiverJobControlSql#JOB_UPDATE}. */
final class JobUpdate {
  private final String sql;

  JobUpdate(Schema schema) {
    sql = schema.resolve(RiverJobControlSql.JOB_UPDATE);
  }

  @Nullable JobRow run(Connection connection, long id, String metadata) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, StorableText.ofJson(metadata));
      statement.setLong(2, id);
      return JobRows.one(statement);
    }
  }
}
