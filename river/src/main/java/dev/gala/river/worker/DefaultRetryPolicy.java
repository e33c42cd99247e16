package dev.gala.river.worker;

import dev.gala.river.job.JobRow;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

/**
 * River's policy: after the n-th error n⁴ seconds, ± 10 %; at most 292 years, which n = 310
 * reaches.
 */
public final class DefaultRetryPolicy implements RetryPolicy {
  private static final int LAST_BELOW_CAP = 309;

  /** The policy; it has no settings. */
  public DefaultRetryPolicy() {}

  @Override
  public Instant nextRetry(JobRow job, Instant now) {
    return now.plus(delay(job.errors().size() + 1, ThreadLocalRandom.current().nextDouble()));
  }

  /**
   * The delay after the {@code errors}-th error.
   *
   * @param random in [0, 1)
   */
  static Duration delay(int errors, double random) {
    if (errors > LAST_BELOW_CAP) {
      return Duration.ofNanos(Long.MAX_VALUE);
    }
    double seconds = Math.pow(errors, 4) * (0.9 + 0.2 * random);
    return Duration.ofNanos((long) Math.min(seconds * 1e9, Long.MAX_VALUE));
  }
}
