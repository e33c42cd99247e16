package dev.gala.river.postgres;

import dev.gala.river.job.Queue;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Binds {@link RiverQueueSql#QUEUE_GET}. */
final class QueueGet {
  private final String sql;

  QueueGet(Schema schema) {
    sql = schema.resolve(RiverQueueSql.QUEUE_GET);
  }

  @Nullable Queue run(Connection connection, String name) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, name);
      return QueueRows.one(statement);
    }
  }
}
