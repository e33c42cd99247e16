package dev.gala.river.job;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The fence: which attempt of which job is meant. Every write on behalf of an attempt is guarded by
 * these three and by the row still being {@link JobState#RUNNING}; the attempt's number alone is
 * used again after a snooze.
 *
 * @param jobId the job
 * @param attempt the number of the attempt, from 1
 * @param attemptedAt when the attempt was claimed, by the database's clock, exact to the
 *     microsecond
 */
public record AttemptId(long jobId, int attempt, Instant attemptedAt) {
  /** Cuts {@code attemptedAt} to the microseconds PostgreSQL keeps. */
  public AttemptId {
    attemptedAt = attemptedAt.truncatedTo(ChronoUnit.MICROS);
  }
}
