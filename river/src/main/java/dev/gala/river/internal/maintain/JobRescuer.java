package dev.gala.river.internal.maintain;

import dev.gala.river.driver.ClaimedJob;
import dev.gala.river.driver.Driver;
import dev.gala.river.driver.JobRescueParams;
import dev.gala.river.driver.Maintenance.JobGetStuckParams;
import dev.gala.river.internal.execute.WorkerSet;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.job.JobState;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.worker.RetryPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the attempts of jobs that have been running for so long that their process must have died,
 * or their outcome was lost. If it did not, the attempt has lost its claim and writes nothing.
 */
public final class JobRescuer extends MaintenanceLoop {
  private static final Logger LOG = LoggerFactory.getLogger(JobRescuer.class);

  /** Rows are read whole, with arguments of any size. */
  private static final int ROWS = 1_000;

  /**
   * What is rescued, and how.
   *
   * @param age how old an attempt is that counts as stuck
   * @param workers the kinds known here
   * @param jobTimeout of workers that say nothing; zero or less means no limit
   * @param retryPolicy when rescued jobs are tried again
   * @param unknownKinds whether jobs of kinds without a worker here are rescued too
   * @param clock tells the time
   */
  public record Config(
      Duration age,
      WorkerSet workers,
      Duration jobTimeout,
      RetryPolicy retryPolicy,
      boolean unknownKinds,
      InstantSource clock) {}

  private final Driver driver;
  private final Config config;
  private final RescueRules rules;
  private final BatchSize writes = new BatchSize(ROWS);

  /** A rescuer. */
  public JobRescuer(Driver driver, Pace pace, Threads threads, Config config) {
    super(threads, "job-rescuer", pace, ROWS);
    this.driver = driver;
    this.config = config;
    this.rules =
        new RescueRules(
            config.workers(), config.jobTimeout(), config.retryPolicy(), config.unknownKinds());
  }

  @Override
  void pass() {
    long after = 0;
    boolean full = true;
    while (full && !stopping()) {
      List<ClaimedJob> stuck = stuck(after);
      Instant now = config.clock().instant();
      List<JobRescueParams> ends =
          stuck.stream().map(job -> rules.of(job, now)).filter(Objects::nonNull).toList();
      int rescued = rescueAll(ends);
      if (rescued > 0) {
        LOG.info("rescued {} stuck job(s)", rescued);
      }
      full = stuck.size() == rows();
      if (full) {
        after = stuck.getLast().job().id();
        rest();
      }
    }
  }

  private List<ClaimedJob> stuck(long after) {
    return statement(
        rows ->
            driver
                .maintenance()
                .jobGetStuck(new JobGetStuckParams(config.age(), after, rows), LIMIT));
  }

  private int rescueAll(List<JobRescueParams> jobs) {
    int rescued = 0;
    int from = 0;
    while (from < jobs.size()) {
      int to = Math.min(from + writes.rows(), jobs.size());
      rescued += rescue(jobs.subList(from, to));
      from = to;
    }
    return rescued;
  }

  /** A row the database refuses is found by halving, and keeps nobody else from being rescued. */
  private int rescue(List<JobRescueParams> jobs) {
    if (jobs.isEmpty()) {
      return 0;
    }
    try {
      return statement(writes, rows -> driver.maintenance().jobRescueMany(jobs, LIMIT).size());
    } catch (RiverException e) {
      if (e.code() != RiverError.ROW_REFUSED) {
        throw e;
      }
      if (jobs.size() == 1) {
        return refused(jobs.getFirst(), e);
      }
      int half = jobs.size() / 2;
      return rescue(jobs.subList(0, half)) + rescue(jobs.subList(half, jobs.size()));
    }
  }

  /** Its unique key may be another's while it waits: then there is one job of the key too many. */
  private int refused(JobRescueParams job, RiverException refusal) {
    long id = job.attemptId().jobId();
    if (job.state() == JobState.RETRYABLE) {
      LOG.warn("stuck job {} cannot be retried: discarding it: {}", id, refusal.getMessage());
      return rescue(
          List.of(new JobRescueParams(job.attemptId(), JobState.DISCARDED, job.error(), null)));
    }
    LOG.warn("stuck job {} cannot be rescued: {}", id, refusal.getMessage());
    return 0;
  }
}
