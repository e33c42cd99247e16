package dev.gala.river.driver;

import dev.gala.river.job.JobRow;
import java.time.Instant;

/**
 * Where in a queue a claim of jobs of one priority starts: at the row with this time and id, or
 * where it would stand.
 *
 * @param priority 1 to 4
 * @param scheduledAt to the microsecond
 * @param id of the row
 */
public record ClaimStart(int priority, Instant scheduledAt, long id) {
  /** How many priorities there are: 1 is the first. */
  public static final int PRIORITIES = 4;

  /** Where a row stands. */
  public static ClaimStart at(JobRow row) {
    return new ClaimStart(row.priority(), row.scheduledAt(), row.id());
  }

  /** Whether it comes before another, of the same priority. */
  public boolean isBefore(ClaimStart other) {
    int byTime = scheduledAt.compareTo(other.scheduledAt);
    return byTime < 0 || (byTime == 0 && id < other.id);
  }
}
