package dev.gala.river.internal.maintain;

import dev.gala.river.driver.ClaimedJob;
import dev.gala.river.driver.JobRescueParams;
import dev.gala.river.internal.execute.RetryTimes;
import dev.gala.river.internal.execute.WorkerSet;
import dev.gala.river.job.AttemptError;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.json.GoTime;
import dev.gala.river.json.JsonObjects;
import dev.gala.river.worker.RetryPolicy;
import dev.gala.river.worker.Worker;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** River's rules of what becomes of a stuck job (protocol: "Rescuer"), in their order. */
final class RescueRules {
  private static final Logger LOG = LoggerFactory.getLogger(RescueRules.class);

  /** River's text. */
  static final String RESCUED = "Stuck job rescued by JobRescuer";

  private final WorkerSet workers;
  private final Duration jobTimeout;
  private final RetryTimes retryTimes;
  private final boolean unknownKinds;

  /**
   * The rules of one client.
   *
   * @param jobTimeout of workers that say nothing; zero or less means no limit
   * @param unknownKinds whether jobs of kinds without a worker here are rescued too
   */
  RescueRules(
      WorkerSet workers, Duration jobTimeout, RetryPolicy retryPolicy, boolean unknownKinds) {
    this.workers = workers;
    this.jobTimeout = jobTimeout;
    this.retryTimes = new RetryTimes(retryPolicy);
    this.unknownKinds = unknownKinds;
  }

  /** What becomes of a job; null if it is left alone. Never throws. */
  @Nullable JobRescueParams of(ClaimedJob stuck, Instant now) {
    try {
      return decide(stuck, now);
    } catch (RuntimeException | Error e) {
      LOG.warn("job {} is stuck, and what to do is not clear: left alone", stuck.job().id(), e);
      return null;
    }
  }

  private @Nullable JobRescueParams decide(ClaimedJob stuck, Instant now) {
    JobRow job = stuck.job();
    if (cancellationAsked(job.metadata())) {
      return ended(job, JobState.CANCELLED, now, null);
    }
    WorkerSet.Entry<?> entry = workers.find(job.kind());
    if (entry == null) {
      return unknownKinds ? failed(job, null, now) : null;
    }
    if (stuck.undecodable() != null || !decodes(entry, job)) {
      return failed(job, null, now);
    }
    return mayStillRun(entry.worker(), job, now) ? null : failed(job, entry.worker(), now);
  }

  /** What is no time was written by nobody known, and counts, as it does when an attempt ends. */
  private static boolean cancellationAsked(String metadata) {
    String asked = JsonObjects.textAt(metadata, "cancel_attempted_at");
    if (asked == null) {
      return false;
    }
    try {
      return !GoTime.parse(asked).equals(GoTime.ZERO);
    } catch (DateTimeException e) {
      return true;
    }
  }

  private static boolean decodes(WorkerSet.Entry<?> entry, JobRow job) {
    try {
      entry.type().codec().decode(job.args());
      return true;
    } catch (RuntimeException e) {
      LOG.debug("the arguments of stuck job {} cannot be read", job.id(), e);
      return false;
    }
  }

  private boolean mayStillRun(Worker<?> worker, JobRow job, Instant now) {
    Duration own = worker.timeout(job);
    @Nullable Duration limit = own == null ? jobTimeout : own;
    if (limit.isZero() || limit.isNegative()) {
      limit = worker.rescueAfter(job);
    }
    if (limit == null) {
      return true;
    }
    Duration age = Duration.between(job.attemptId().attemptedAt(), now);
    return age.compareTo(limit) < 0;
  }

  private JobRescueParams failed(JobRow job, @Nullable Worker<?> worker, Instant now) {
    if (job.attempt() >= job.maxAttempts()) {
      return ended(job, JobState.DISCARDED, now, null);
    }
    var failure = new RiverException(RiverError.CLAIM_LOST, RESCUED);
    return ended(job, JobState.RETRYABLE, now, retryTimes.next(job, worker, failure, now));
  }

  private static JobRescueParams ended(
      JobRow job, JobState state, Instant now, @Nullable Instant scheduledAt) {
    var error = new AttemptError(now, job.attempt(), RESCUED, "");
    return new JobRescueParams(job.attemptId(), state, error, scheduledAt);
  }
}
