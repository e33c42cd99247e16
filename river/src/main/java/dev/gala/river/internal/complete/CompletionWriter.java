package dev.gala.river.internal.complete;

import dev.gala.river.driver.Driver;
import dev.gala.river.driver.Executor;
import dev.gala.river.driver.JobSetStateParams;
import dev.gala.river.job.AttemptError;
import dev.gala.river.job.AttemptId;
import dev.gala.river.job.JobState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes batches of completions: plain successes by the lean statement, the rest by the full one.
 */
final class CompletionWriter {
  private static final Logger LOG = LoggerFactory.getLogger(CompletionWriter.class);
  private static final Duration RETRY_OF_THE_UNWRITABLE = Duration.ofMinutes(1);

  private final Driver driver;
  private final InstantSource clock;

  CompletionWriter(Driver driver, InstantSource clock) {
    this.driver = driver;
    this.clock = clock;
  }

  /**
   * Writes a batch.
   *
   * @param again whether it may have been written before, so that what is missing may be done
   */
  void write(List<Completion> batch, boolean again) {
    var successes = new ArrayList<AttemptId>(batch.size());
    var rest = new ArrayList<JobSetStateParams>();
    for (Completion completion : batch) {
      switch (completion) {
        case Completion.Success(AttemptId attemptId) -> successes.add(attemptId);
        case Completion.Full full -> rest.add(full.params());
        case Completion.Unwritable unwritable -> rest.add(failure(unwritable));
      }
    }
    Executor executor = driver.executor();
    var written = new HashSet<Long>();
    if (!successes.isEmpty()) {
      written.addAll(executor.jobComplete(successes, clock.instant()));
    }
    if (!rest.isEmpty()) {
      executor.jobSetStateIfRunning(rest, false).forEach(result -> written.add(result.jobId()));
    }
    if (!again && written.size() < batch.size()) {
      reportLost(batch, written);
    }
  }

  private JobSetStateParams failure(Completion.Unwritable unwritable) {
    AttemptId attemptId = unwritable.attemptId();
    var error =
        new AttemptError(
            attemptId.attemptedAt(),
            attemptId.attempt(),
            "the outcome could not be written: " + unwritable.reason(),
            "");
    Instant now = clock.instant();
    if (unwritable.lastAttempt()) {
      return new JobSetStateParams(attemptId, JobState.DISCARDED, null, error, now, null, null);
    }
    Instant due = now.plus(RETRY_OF_THE_UNWRITABLE);
    return new JobSetStateParams(attemptId, JobState.RETRYABLE, null, error, null, null, due);
  }

  private static void reportLost(List<Completion> batch, Set<Long> written) {
    for (Completion completion : batch) {
      if (!written.contains(completion.attemptId().jobId())) {
        LOG.warn(
            "{} had lost its claim (rescued, or ended by another hand): its outcome is dropped",
            completion.attemptId());
      }
    }
  }
}
