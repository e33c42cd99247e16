package dev.gala.river.postgres;

import dev.gala.river.job.Queue;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Binds {@link RiverQueueSql#QUEUE_UPDATE}. */
final class QueueUpdate {
  private final Schema schema;
  private final String sql;

  QueueUpdate(Schema schema) {
    this.schema = schema;
    sql = schema.resolve(RiverQueueSql.QUEUE_UPDATE);
  }

  @Nullable Queue run(Connection connection, String name, @Nullable String metadata)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, metadata == null ? null : StorableText.ofJson(metadata));
      statement.setString(2, name);
      statement.setString(3, schema.name());
      return QueueRows.one(statement);
    }
  }
}
