package dev.gala.river.internal.maintain;

import dev.gala.river.driver.Driver;
import dev.gala.river.driver.JobScheduleParams;
import dev.gala.river.internal.lifecycle.LoopService;
import dev.gala.river.internal.lifecycle.Threads;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Makes scheduled and retryable jobs available when their time comes, every 5 s and up to 5 s
 * ahead: an available job is claimed only when it is due. Every client does it, side by side: rows
 * that another is moving are passed over.
 */
public final class JobScheduler extends LoopService {
  private static final Duration INTERVAL = Duration.ofSeconds(5);
  private static final int BATCH = 1_000;

  private final Driver driver;
  private final Runnable moved;

  /**
   * A scheduler.
   *
   * @param moved is told when jobs became available
   */
  public JobScheduler(Driver driver, Threads threads, Runnable moved) {
    super(threads, "scheduler");
    this.driver = driver;
    this.moved = moved;
  }

  @Override
  protected void round() {
    int count = driver.executor().jobSchedule(new JobScheduleParams(INTERVAL, BATCH));
    if (count > 0) {
      moved.run();
    }
    if (count == 0) {
      // A part of a batch may mean that somebody held the others: only nothing ends the round.
      // The jitter keeps many clients from coming at the same moment.
      long jitter = ThreadLocalRandom.current().nextLong(INTERVAL.toNanos() / 10);
      pause(INTERVAL.toNanos() - jitter);
    }
  }
}
