package dev.gala.river.internal.execute;

import dev.gala.river.job.JobRow;
import dev.gala.river.worker.DefaultRetryPolicy;
import dev.gala.river.worker.RetryPolicy;
import dev.gala.river.worker.Worker;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** When failed jobs are due again (protocol: "Retry policy"). */
public final class RetryTimes {
  private static final Logger LOG = LoggerFactory.getLogger(RetryTimes.class);
  private static final RetryPolicy DEFAULT_POLICY = new DefaultRetryPolicy();

  private final RetryPolicy policy;

  /** The times of {@code policy}, where workers say nothing. */
  public RetryTimes(RetryPolicy policy) {
    this.policy = policy;
  }

  /**
   * When a job whose attempt failed is due again: as its worker says, else by the policy. Where
   * that fails, or gives a time past, by River's own policy. Never throws.
   *
   * @param job the row as claimed
   * @param worker null if the job never came to one
   * @param failure what failed the attempt
   */
  public Instant next(JobRow job, @Nullable Worker<?> worker, Throwable failure, Instant now) {
    try {
      Instant own = worker == null ? null : worker.nextRetry(job, failure);
      Instant due = own == null ? policy.nextRetry(job, now) : own;
      if (!due.isBefore(now)) {
        return due;
      }
      LOG.warn(
          "the retry policy gave {} for job {}, a time past: using the default", due, job.id());
    } catch (RuntimeException | Error e) {
      LOG.warn("the retry policy failed for job {}: using the default", job.id(), e);
    }
    return DEFAULT_POLICY.nextRetry(job, now);
  }
}
