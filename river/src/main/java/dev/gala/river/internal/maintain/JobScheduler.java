package dev.gala.river.internal.maintain;

import dev.gala.river.driver.Driver;
import dev.gala.river.driver.JobScheduleParams;
import dev.gala.river.internal.lifecycle.Threads;

/**
 * Makes scheduled and retryable jobs available when their time comes, or will come before the next
 * pass: an available job is claimed only when it is due.
 */
public final class JobScheduler extends MaintenanceLoop {
  private final Driver driver;
  private final Pace pace;
  private final Runnable moved;

  /**
   * A scheduler.
   *
   * @param moved is told when jobs became available
   */
  public JobScheduler(Driver driver, Pace pace, Threads threads, Runnable moved) {
    super(threads, "scheduler", pace, BATCH);
    this.driver = driver;
    this.pace = pace;
    this.moved = moved;
  }

  @Override
  void pass() {
    int count = 1;
    // A part of a batch may mean that somebody held the others: only nothing ends the pass. There
    // is no rest between batches: these are jobs that somebody waits for.
    while (count > 0 && !stopping()) {
      count =
          statement(
              rows ->
                  driver
                      .maintenance()
                      .jobSchedule(new JobScheduleParams(pace.interval(), rows), LIMIT));
      if (count > 0) {
        moved.run();
      }
    }
  }
}
