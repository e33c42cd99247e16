package dev.gala.river.internal.execute;

import dev.gala.river.driver.ClaimedJob;
import dev.gala.river.job.JobRow;

/** Attempts that take nobody's slot. */
final class Attempts {
  private Attempts() {}

  /** An attempt at a row that could be read. */
  static Attempt of(JobRow row) {
    return new Attempt(new ClaimedJob(row, null), () -> {});
  }
}
