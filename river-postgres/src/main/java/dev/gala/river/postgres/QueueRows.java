package dev.gala.river.postgres;

import dev.gala.river.job.Queue;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads whole rows of {@code river_queue}: the columns {@link RiverQueueSql#COLUMNS}. */
final class QueueRows {
  private QueueRows() {}

  /** All rows of the result. */
  static List<Queue> all(PreparedStatement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery()) {
      var queues = new ArrayList<Queue>();
      while (rows.next()) {
        queues.add(read(rows));
      }
      return queues;
    }
  }

  /** The one row of the result; null if there is none. */
  static @Nullable Queue one(PreparedStatement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery()) {
      return rows.next() ? read(rows) : null;
    }
  }

  private static Queue read(ResultSet rows) throws SQLException {
    return new Queue(
        rows.getString("name"),
        Times.require(rows, "created_at"),
        rows.getString("metadata"),
        Times.read(rows, "paused_at"),
        Times.require(rows, "updated_at"));
  }
}
