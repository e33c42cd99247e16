package dev.gala.river.job;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A row of River's table {@code river_job}.
 *
 * @param id given by the database
 * @param state where the job stands
 * @param attempt how many attempts were started; 0 before the first claim
 * @param maxAttempts how many attempts the job may use in all
 * @param attemptedAt start of the newest attempt, by the database's clock; null before the first
 * @param createdAt when it was inserted
 * @param finalizedAt when it ended; non-null exactly in the final states
 * @param scheduledAt it is not claimed before this
 * @param priority 1 (first) to 4
 * @param args the arguments, as JSON text
 * @param attemptedBy the ids of the clients that claimed it, newest last, at most 100
 * @param errors its failed attempts, oldest first
 * @param kind which worker it is for
 * @param metadata a JSON object, as text
 * @param queue which queue it waits in
 * @param tags free labels
 * @param uniqueKey what makes the job unique; null if nothing does
 * @param uniqueStates the states in which the row blocks others of its key; empty without a key
 */
public record JobRow(
    long id,
    JobState state,
    int attempt,
    int maxAttempts,
    @Nullable Instant attemptedAt,
    Instant createdAt,
    @Nullable Instant finalizedAt,
    Instant scheduledAt,
    int priority,
    String args,
    List<String> attemptedBy,
    List<AttemptError> errors,
    String kind,
    String metadata,
    String queue,
    List<String> tags,
    @Nullable UniqueKey uniqueKey,
    Set<JobState> uniqueStates) {

  /** Copies the lists. */
  public JobRow {
    attemptedBy = List.copyOf(attemptedBy);
    errors = List.copyOf(errors);
    tags = List.copyOf(tags);
    uniqueStates = Set.copyOf(uniqueStates);
  }

  /**
   * The attempt this row is in: the fence of every write on its behalf.
   *
   * @throws IllegalStateException if the job was never claimed
   */
  public AttemptId attemptId() {
    if (attemptedAt == null) {
      throw new IllegalStateException("job " + id + " was never claimed: it has no attempt");
    }
    return new AttemptId(id, attempt, attemptedAt);
  }
}
