package dev.gala.river.postgres;

import dev.gala.river.job.AttemptId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** Binds {@link RiverJobControlSql#JOB_MERGE_METADATA_IF_RUNNING}. */
final class JobMergeMetadataIfRunning {
  private final String sql;

  JobMergeMetadataIfRunning(Schema schema) {
    sql = schema.resolve(RiverJobControlSql.JOB_MERGE_METADATA_IF_RUNNING);
  }

  boolean run(Connection connection, AttemptId attemptId, String metadata) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, StorableText.ofJson(metadata));
      statement.setLong(2, attemptId.jobId());
      statement.setInt(3, attemptId.attempt());
      statement.setString(4, Times.text(attemptId.attemptedAt()));
      return statement.executeUpdate() > 0;
    }
  }
}
