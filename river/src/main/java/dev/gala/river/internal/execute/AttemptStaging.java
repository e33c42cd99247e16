package dev.gala.river.internal.execute;

import dev.gala.river.job.JobRow;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Steps and log of an attempt, made when the worker asks for them; and what of them is staged when
 * the attempt ends. Safe for use by many threads.
 */
final class AttemptStaging {
  private final JobRow job;
  private final StagedMetadata metadata;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable ResumableSteps steps;
  private @Nullable AttemptLog log;

  AttemptStaging(JobRow job, StagedMetadata metadata) {
    this.job = job;
    this.metadata = metadata;
  }

  ResumableSteps steps(ResumableSteps.Checkpoints checkpoints) {
    lock.lock();
    try {
      if (steps == null) {
        steps = new ResumableSteps(job.metadata(), checkpoints);
      }
      return steps;
    } finally {
      lock.unlock();
    }
  }

  AttemptLog log() {
    lock.lock();
    try {
      if (log == null) {
        log = new AttemptLog(job);
      }
      return log;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Looks whether an attempt may count as done.
   *
   * @throws Exception if a step failed, or the step the job stood at was never met
   */
  void checkDone() throws Exception {
    lock.lock();
    try {
      if (steps == null) {
        ResumableSteps.checkNoneKept(job.metadata());
      } else {
        steps.checkDone();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Stages what is to be kept. */
  void end(boolean done) {
    lock.lock();
    try {
      if (steps != null && !done) {
        steps.stage(metadata);
      }
      if (log != null) {
        log.stage(metadata);
      }
    } finally {
      lock.unlock();
    }
  }
}
