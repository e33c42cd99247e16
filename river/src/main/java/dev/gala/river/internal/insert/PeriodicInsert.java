package dev.gala.river.internal.insert;

import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.JobInsert;
import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.JobState;
import dev.gala.river.json.GoJson;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * A job of a periodic definition (protocol: "Periodic enqueuer"): scheduled for its slot, but
 * available at once, and marked in its metadata.
 *
 * @param insert the job
 * @param slot when it was due
 * @param id the definition's id; null if it has none
 * @param <T> the arguments' type
 */
public record PeriodicInsert<T>(JobInsert<T> insert, Instant slot, @Nullable String id) {
  /**
   * The row. Its time, and with it the period of its unique key, is the slot, unless one is given.
   */
  JobInsertParams row(int defaultMaxAttempts, InstantSource clock) {
    boolean given =
        insert.options().scheduledAt() != null || insert.type().options().scheduledAt() != null;
    JobInsertParams row =
        InsertRules.row(given ? insert : scheduledForSlot(), defaultMaxAttempts, clock);
    return new JobInsertParams(
        row.args(),
        row.kind(),
        row.maxAttempts(),
        marked(row.metadata()),
        row.priority(),
        row.queue(),
        row.scheduledAt(),
        given || row.state() == JobState.PENDING ? row.state() : JobState.AVAILABLE,
        row.tags(),
        row.uniqueKey(),
        row.uniqueStates());
  }

  private JobInsert<T> scheduledForSlot() {
    InsertOptions options = insert.options();
    var scheduled =
        new InsertOptions(
            options.maxAttempts(),
            options.metadata(),
            options.pending(),
            options.priority(),
            options.queue(),
            slot,
            options.tags(),
            options.unique(),
            options.durability());
    return new JobInsert<>(insert.type(), insert.args(), scheduled);
  }

  /** Written behind the user's keys: of a repeated key PostgreSQL keeps the last. */
  private String marked(String metadata) {
    String object = GoJson.compact(metadata);
    var marked = new StringBuilder(object).deleteCharAt(object.length() - 1);
    marked.append(marked.length() == 1 ? "" : ",").append("\"periodic\":true");
    if (id != null) {
      marked.append(",\"river:periodic_job_id\":");
      GoJson.quote(marked, id);
    }
    return marked.append('}').toString();
  }
}
