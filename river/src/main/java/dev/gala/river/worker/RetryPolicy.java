package dev.gala.river.worker;

import dev.gala.river.job.JobRow;
import java.time.Instant;

/** When a failed job is tried again. Safe for use by many threads. */
@FunctionalInterface
public interface RetryPolicy {
  /**
   * When {@code job}, whose attempt has just failed, is due again. A time already past is replaced
   * by the default policy's.
   *
   * @param job the row as claimed: its errors are those of earlier attempts
   * @param now the time of the failure
   */
  Instant nextRetry(JobRow job, Instant now);
}
