package dev.gala.cli.control;

import dev.gala.river.job.Queue;
import java.util.Collection;
import java.util.List;

/** How queues are shown: as a table, and as JSON with the names of River's columns. */
final class QueueView {
  private QueueView() {}

  /** A line for each queue, below one with the columns' names. */
  static List<String> table(Collection<Queue> queues) {
    var table = new Table("name", "paused_at", "created_at", "updated_at", "metadata");
    for (Queue queue : queues) {
      table.add(
          queue.name(),
          queue.pausedAt() == null ? "-" : JsonText.iso(queue.pausedAt()),
          JsonText.iso(queue.createdAt()),
          JsonText.iso(queue.updatedAt()),
          queue.metadata());
    }
    return table.lines();
  }

  /** The row, by the names of River's columns. */
  static String json(Queue queue) {
    return new JsonText()
        .text("name", queue.name())
        .time("created_at", queue.createdAt())
        .json("metadata", queue.metadata())
        .time("paused_at", queue.pausedAt())
        .time("updated_at", queue.updatedAt())
        .end();
  }
}
