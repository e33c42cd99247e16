package dev.gala.river.job;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A job to insert, every value decided and checked.
 *
 * @param args JSON text
 * @param kind the kind
 * @param maxAttempts at least 1
 * @param metadata a JSON object as text
 * @param priority 1 to 4
 * @param queue the queue
 * @param scheduledAt cut to microseconds; null means now, by the database's clock, which is also
 *     the one that claims compare with
 * @param state available, pending or scheduled
 * @param tags without commas
 * @param uniqueKey what makes the job unique; null if nothing does
 * @param uniqueStates the states in which the row blocks others of its key, as bits; 0 without a
 *     key
 */
public record JobInsertParams(
    String args,
    String kind,
    int maxAttempts,
    String metadata,
    int priority,
    String queue,
    @Nullable Instant scheduledAt,
    JobState state,
    List<String> tags,
    @Nullable UniqueKey uniqueKey,
    int uniqueStates) {
  /** Whether the jobs differ in nothing but arguments and metadata. */
  public boolean isLike(JobInsertParams other) {
    return kind.equals(other.kind)
        && maxAttempts == other.maxAttempts
        && priority == other.priority
        && queue.equals(other.queue)
        && Objects.equals(scheduledAt, other.scheduledAt)
        && state == other.state
        && tags.equals(other.tags)
        && Objects.equals(uniqueKey, other.uniqueKey)
        && uniqueStates == other.uniqueStates;
  }
}
