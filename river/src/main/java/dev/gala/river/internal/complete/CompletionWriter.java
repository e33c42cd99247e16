package dev.gala.river.internal.complete;

import dev.gala.river.driver.Driver;
import dev.gala.river.driver.Executor;
import dev.gala.river.driver.JobSetStateParams;
import dev.gala.river.driver.JobSetStateResult;
import dev.gala.river.job.AttemptError;
import dev.gala.river.job.AttemptId;
import dev.gala.river.job.JobState;
import dev.gala.river.job.RiverEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
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
  private final Consumer<RiverEvent> events;

  /**
   * A writer.
   *
   * @param events is told what became of those ends that have a report
   */
  CompletionWriter(Driver driver, InstantSource clock, Consumer<RiverEvent> events) {
    this.driver = driver;
    this.clock = clock;
    this.events = events;
  }

  /**
   * Writes a batch.
   *
   * @param again whether it may have been written before, so that what is missing may be done
   */
  void write(List<Completion> batch, boolean again) {
    var successes = new ArrayList<AttemptId>(batch.size());
    var rest = new ArrayList<JobSetStateParams>();
    Map<Long, Report> reports = Map.of();
    for (Completion completion : batch) {
      Report report = completion.report();
      if (report != null) {
        reports = reports.isEmpty() ? new HashMap<>() : reports;
        reports.put(completion.attemptId().jobId(), report);
      }
      switch (completion) {
        // What may be written already is told all the same: the full statement returns its row.
        case Completion.Success success when again && report != null -> rest.add(full(success));
        case Completion.Success success -> successes.add(success.attemptId());
        case Completion.Full full -> rest.add(full.params());
        case Completion.Unwritable unwritable -> rest.add(failure(unwritable));
      }
    }
    Set<Long> written = write(successes, rest, reports);
    if (!again && written.size() < batch.size()) {
      reportLost(batch, written);
    }
  }

  private Set<Long> write(
      List<AttemptId> successes, List<JobSetStateParams> rest, Map<Long, Report> reports) {
    Executor executor = driver.executor();
    var written = new HashSet<Long>();
    if (!successes.isEmpty()) {
      Instant now = clock.instant();
      List<Long> completed = executor.jobComplete(successes, now);
      written.addAll(completed);
      if (!reports.isEmpty()) {
        completed.forEach(id -> tell(id, reports, report -> report.completed(now)));
      }
    }
    if (!rest.isEmpty()) {
      for (JobSetStateResult result : executor.jobSetStateIfRunning(rest, !reports.isEmpty())) {
        written.add(result.jobId());
        tell(result.jobId(), reports, report -> report.of(result));
      }
    }
    return written;
  }

  private void tell(
      long jobId, Map<Long, Report> reports, Function<Report, @Nullable RiverEvent> event) {
    Report report = reports.get(jobId);
    RiverEvent told = report == null ? null : event.apply(report);
    if (told != null) {
      events.accept(told);
    }
  }

  private JobSetStateParams full(Completion.Success success) {
    return new JobSetStateParams(
        success.attemptId(), JobState.COMPLETED, null, null, clock.instant(), null, null);
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
