package dev.gala.river.postgres;

import dev.gala.river.job.Queue;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** Binds {@link RiverQueueSql#QUEUE_LIST}. */
final class QueueList {
  private final String sql;

  QueueList(Schema schema) {
    sql = schema.resolve(RiverQueueSql.QUEUE_LIST);
  }

  List<Queue> run(Connection connection, int max) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setInt(1, max);
      return QueueRows.all(statement);
    }
  }
}
