package dev.gala.river.memory;

import dev.gala.river.job.AttemptError;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A row that is being changed. */
final class RowDraft {
  private static final int MOST_CLIENTS = 100;

  private final JobRow before;
  private JobState state;
  private int attempt;
  private int maxAttempts;
  private @Nullable Instant attemptedAt;
  private @Nullable Instant finalizedAt;
  private Instant scheduledAt;
  private List<String> attemptedBy;
  private List<AttemptError> errors;
  private String metadata;

  RowDraft(JobRow before) {
    this.before = before;
    state = before.state();
    attempt = before.attempt();
    maxAttempts = before.maxAttempts();
    attemptedAt = before.attemptedAt();
    finalizedAt = before.finalizedAt();
    scheduledAt = before.scheduledAt();
    attemptedBy = before.attemptedBy();
    errors = before.errors();
    metadata = before.metadata();
  }

  RowDraft state(JobState state) {
    this.state = state;
    return this;
  }

  RowDraft attempt(int attempt) {
    this.attempt = attempt;
    return this;
  }

  /** Lets a job whose attempts are used up have one more. */
  RowDraft oneMoreIfUsedUp() {
    maxAttempts = attempt == maxAttempts ? maxAttempts + 1 : maxAttempts;
    return this;
  }

  RowDraft claimed(String clientId, Instant at) {
    var by = new ArrayList<>(attemptedBy);
    by.add(clientId);
    attemptedBy = by.subList(Math.max(0, by.size() - MOST_CLIENTS), by.size());
    state = JobState.RUNNING;
    attempt = Math.min(attempt + 1, Short.MAX_VALUE);
    attemptedAt = at;
    return this;
  }

  RowDraft error(@Nullable AttemptError error) {
    if (error != null) {
      var all = new ArrayList<>(errors);
      all.add(error);
      errors = all;
    }
    return this;
  }

  RowDraft finalizedAt(@Nullable Instant finalizedAt) {
    this.finalizedAt = finalizedAt;
    return this;
  }

  RowDraft scheduledAt(Instant scheduledAt) {
    this.scheduledAt = scheduledAt;
    return this;
  }

  RowDraft merge(@Nullable String patch) {
    metadata = Json.merged(metadata, patch);
    return this;
  }

  RowDraft forget(List<String> keys) {
    metadata = Json.without(metadata, keys);
    return this;
  }

  JobRow row() {
    return new JobRow(
        before.id(),
        state,
        attempt,
        maxAttempts,
        attemptedAt,
        before.createdAt(),
        finalizedAt,
        scheduledAt,
        before.priority(),
        before.args(),
        attemptedBy,
        errors,
        before.kind(),
        metadata,
        before.queue(),
        before.tags(),
        before.uniqueKey(),
        before.uniqueStates());
  }
}
