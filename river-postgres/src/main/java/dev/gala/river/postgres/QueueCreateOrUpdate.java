package dev.gala.river.postgres;

import dev.gala.river.job.Queue;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Objects;

/** Binds {@link RiverQueueSql#QUEUE_CREATE_OR_UPDATE}. */
final class QueueCreateOrUpdate {
  private final String sql;

  QueueCreateOrUpdate(Schema schema) {
    sql = schema.resolve(RiverQueueSql.QUEUE_CREATE_OR_UPDATE);
  }

  Queue run(Connection connection, String name) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, name);
      return Objects.requireNonNull(QueueRows.one(statement));
    }
  }
}
