package dev.gala.river.postgres;

import dev.gala.river.driver.NotificationTopic;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** Binds {@link NotificationSql#NOTIFY_MANY}. */
final class NotifyMany {
  private final Schema schema;

  NotifyMany(Schema schema) {
    this.schema = schema;
  }

  void run(Connection connection, NotificationTopic topic, List<String> payloads)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(NotificationSql.NOTIFY_MANY)) {
      statement.setString(1, schema.name());
      statement.setString(2, topic.wireName());
      statement.setArray(3, new Columns<>(connection, payloads).text(payload -> payload));
      statement.execute();
    }
  }
}
