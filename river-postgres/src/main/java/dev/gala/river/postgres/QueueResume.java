package dev.gala.river.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Binds {@link RiverQueueSql#QUEUE_RESUME}. */
final class QueueResume {
  private final Schema schema;
  private final String sql;

  QueueResume(Schema schema) {
    this.schema = schema;
    sql = schema.resolve(RiverQueueSql.QUEUE_RESUME);
  }

  boolean run(Connection connection, String name) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, name);
      statement.setString(2, schema.name());
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        return rows.getInt(1) > 0;
      }
    }
  }
}
