package dev.gala.river.internal.produce;

import dev.gala.river.driver.ClaimedJob;
import dev.gala.river.job.JobRow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What waits in a queue, as far as the last claim tells, and which inserts may begin before it.
 *
 * <p>Where nothing waits, all may. Where something does that has not waited for long, inserts that
 * are at least as important may: while a client keeps up with its own inserts there is always
 * something on its way, and to put everything behind it would send everything that way for good.
 *
 * @param overtakenBy the least important priority that may begin before what waits; 0 for none
 */
record Backlog(int overtakenBy) {
  /** What has waited for so long is overtaken by nothing. */
  static final Duration LONG = Duration.ofSeconds(1);

  /** Nobody has looked: nothing may begin before it. */
  static final Backlog UNKNOWN = new Backlog(0);

  /** Nothing waits. */
  static final Backlog NONE = new Backlog(Integer.MAX_VALUE);

  /** What is left after a claim of at most {@code asked} jobs that brought these. */
  static Backlog after(int asked, List<ClaimedJob> claimed) {
    if (claimed.size() < asked) {
      return NONE;
    }
    int first = Integer.MAX_VALUE;
    for (ClaimedJob one : claimed) {
      if (waitedLong(one.job())) {
        return UNKNOWN;
      }
      first = Math.min(first, one.job().priority());
    }
    return new Backlog(first);
  }

  boolean isNone() {
    return overtakenBy == Integer.MAX_VALUE;
  }

  boolean mayBeOvertakenBy(int priority) {
    return priority <= overtakenBy;
  }

  /** By the database's clock. */
  private static boolean waitedLong(JobRow job) {
    Instant claimed = job.attemptedAt();
    return claimed == null || job.scheduledAt().plus(LONG).isBefore(claimed);
  }
}
