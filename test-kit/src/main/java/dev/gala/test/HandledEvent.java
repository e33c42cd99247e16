package dev.gala.test;

import dev.gala.event.EventId;
import dev.gala.river.job.AttemptError;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One event, handled once.
 *
 * @param jobId of its job
 * @param id null if its envelope cannot be read
 * @param topic null if its envelope cannot be read
 * @param state what its job became
 * @param attempt how many attempts were used with this one
 * @param scheduledAt when it is due again; of one that has ended, when it was last due
 * @param failure what failed the attempt; null if nothing did
 */
public record HandledEvent(
    long jobId,
    @Nullable EventId id,
    @Nullable String topic,
    JobState state,
    int attempt,
    Instant scheduledAt,
    @Nullable AttemptError failure) {

  static HandledEvent of(StoredEvent event) {
    JobRow row = event.row();
    AttemptError last = row.errors().isEmpty() ? null : row.errors().getLast();
    boolean failed =
        last != null && row.state() != JobState.COMPLETED && last.at().equals(row.attemptedAt());
    return new HandledEvent(
        row.id(),
        event.isReadable() ? event.envelope().id() : null,
        event.isReadable() ? event.envelope().topic() : null,
        row.state(),
        row.attempt(),
        row.scheduledAt(),
        failed ? last : null);
  }

  /** One line for people. */
  @Override
  public String toString() {
    String what = id == null ? "job " + jobId : "event " + id + " of topic " + topic;
    String how = state.wireName() + " after attempt " + attempt;
    if (!state.isFinal()) {
      how += ", due again at " + scheduledAt;
    }
    return failure == null ? what + ": " + how : what + ": " + how + ": " + failure.error();
  }
}
