package dev.gala.river.fake;

import dev.gala.river.job.AttemptError;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** Rows of running jobs, for rules that need no database. */
public final class Rows {
  /** When every one of them was claimed. */
  public static final Instant CLAIMED = Instant.parse("2026-01-02T03:04:05.678901Z");

  private Rows() {}

  /** A job in its first attempt. */
  public static JobRow running(long id, String kind) {
    return running(id, kind, 1, 25, 0, "{}");
  }

  /** A running job. */
  public static JobRow running(
      long id, String kind, int attempt, int maxAttempts, int errors, String metadata) {
    var error = new AttemptError(CLAIMED, 1, "earlier", "");
    return new JobRow(
        id,
        JobState.RUNNING,
        attempt,
        maxAttempts,
        CLAIMED,
        CLAIMED,
        null,
        CLAIMED,
        1,
        "{}",
        List.of("client"),
        Collections.nCopies(errors, error),
        kind,
        metadata,
        "default",
        List.of(),
        null,
        Set.of());
  }

  /** A running job that was claimed from such a place in its queue. */
  public static JobRow at(int priority, Instant scheduledAt, long id) {
    JobRow row = running(id, "kind");
    return new JobRow(
        row.id(),
        row.state(),
        row.attempt(),
        row.maxAttempts(),
        row.attemptedAt(),
        row.createdAt(),
        row.finalizedAt(),
        scheduledAt,
        priority,
        row.args(),
        row.attemptedBy(),
        row.errors(),
        row.kind(),
        row.metadata(),
        row.queue(),
        row.tags(),
        row.uniqueKey(),
        row.uniqueStates());
  }
}
