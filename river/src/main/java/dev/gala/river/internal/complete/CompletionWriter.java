package dev.gala.river.internal.complete;

import dev.gala.river.driver.Driver;
import dev.gala.river.driver.JobListQuery;
import dev.gala.river.driver.JobSetStateParams;
import dev.gala.river.driver.JobSetStateResult;
import dev.gala.river.job.AttemptError;
import dev.gala.river.job.AttemptId;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.RiverEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes one batch by one statement: plain successes by the lean one, those whose rows are not to
 * stay by that which deletes, the rest by the full one.
 */
final class CompletionWriter {
  private static final Duration RETRY_OF_THE_UNWRITABLE = Duration.ofMinutes(1);

  private final Driver driver;
  private final Consumer<RiverEvent> events;

  /**
   * A writer.
   *
   * @param events is told what became of those ends that have a report
   */
  CompletionWriter(Driver driver, Consumer<RiverEvent> events) {
    this.driver = driver;
    this.events = events;
  }

  /** Writes a batch; what it returns was not written. */
  List<Completion> write(Batch batch) {
    if (batch.gone()) {
      batch.ends().forEach(end -> tellDeleted(end, batch.at()));
      return List.of();
    }
    if (batch.deletes()) {
      return delete(batch);
    }
    return batch.lean() ? complete(batch) : setStates(batch);
  }

  /**
   * Tells of those of these ends that have been written, it is not known when, by the deletion of
   * their rows: their attempts ended well.
   *
   * @param ends of which there are no rows in these attempts
   * @return those of which it is so; the others' rows are in a later attempt
   */
  List<Completion> tellDeleted(List<Completion> ends, Instant at) {
    List<Long> ids = ends.stream().map(end -> end.attemptId().jobId()).toList();
    Set<Long> there =
        driver.executor().jobList(byIds(ids)).stream().map(JobRow::id).collect(Collectors.toSet());
    List<Completion> deleted =
        ends.stream().filter(end -> !there.contains(end.attemptId().jobId())).toList();
    deleted.forEach(end -> tellDeleted(end, at));
    return deleted;
  }

  private static JobListQuery byIds(List<Long> ids) {
    return new JobListQuery(
        ids,
        List.of(),
        List.of(),
        List.of(),
        Set.of(),
        List.of(),
        List.of(),
        null,
        null,
        null,
        JobListQuery.Order.ID,
        false,
        null,
        ids.size());
  }

  private List<Completion> delete(Batch batch) {
    List<Long> deleted = driver.executor().jobDeleteIfRunning(batch.attempts());
    if (deleted.size() == batch.size() && !batch.watched()) {
      return List.of();
    }
    Map<Long, Completion> left = batch.byJob();
    for (Long jobId : deleted) {
      Completion end = left.remove(jobId);
      if (end != null) {
        tellDeleted(end, batch.at());
      }
    }
    return List.copyOf(left.values());
  }

  private void tellDeleted(Completion end, Instant at) {
    Report report = end.report();
    if (report != null) {
      events.accept(report.deleted(at, metadata(end)));
    }
  }

  /** What a job that ended well would have; of another end nothing was written. */
  private static @Nullable String metadata(Completion end) {
    return switch (end) {
      case Completion.Success success -> null;
      case Completion.Deletion deletion -> deletion.metadata();
      case Completion.Full full ->
          full.params().state() == JobState.COMPLETED ? full.params().metadata() : null;
      case Completion.Unwritable unwritable -> null;
    };
  }

  /** What has become of attempts, as {@link dev.gala.river.driver.Executor#jobAttemptStates}. */
  Map<AttemptId, JobState> look(List<Completion> ends) {
    return driver.executor().jobAttemptStates(Batch.attempts(ends));
  }

  private List<Completion> complete(Batch batch) {
    List<Long> completed = driver.executor().jobComplete(batch.attempts(), batch.at());
    if (completed.size() == batch.size() && !batch.watched()) {
      return List.of();
    }
    Map<Long, Completion> left = batch.byJob();
    for (Long jobId : completed) {
      Completion end = left.remove(jobId);
      Report report = end == null ? null : end.report();
      if (report != null) {
        events.accept(report.completed(batch.at()));
      }
    }
    return List.copyOf(left.values());
  }

  private List<Completion> setStates(Batch batch) {
    var outcomes = new ArrayList<JobSetStateParams>(batch.size());
    for (Completion end : batch.ends()) {
      outcomes.add(params(end, batch.at()));
    }
    List<JobSetStateResult> results =
        driver.executor().jobSetStateIfRunning(outcomes, batch.watched());
    Map<Long, Completion> left = batch.byJob();
    for (JobSetStateResult result : results) {
      Completion end = left.remove(result.jobId());
      tell(end == null ? null : end.report(), result);
    }
    return List.copyOf(left.values());
  }

  private void tell(@Nullable Report report, JobSetStateResult result) {
    RiverEvent event = report == null ? null : report.of(result);
    if (event != null) {
      events.accept(event);
    }
  }

  private static JobSetStateParams params(Completion end, Instant at) {
    return switch (end) {
      case Completion.Success success -> success.inFull(at).params();
      case Completion.Deletion deletion -> deletion.inFull(at, false).params();
      case Completion.Full full -> full.params();
      case Completion.Unwritable unwritable -> failure(unwritable, at);
    };
  }

  private static JobSetStateParams failure(Completion.Unwritable unwritable, Instant at) {
    AttemptId attemptId = unwritable.attemptId();
    var error =
        new AttemptError(
            attemptId.attemptedAt(),
            attemptId.attempt(),
            "the outcome could not be written: " + unwritable.reason(),
            "");
    if (unwritable.lastAttempt()) {
      return new JobSetStateParams(attemptId, JobState.DISCARDED, null, error, at, null, null);
    }
    Instant due = at.plus(RETRY_OF_THE_UNWRITABLE);
    return new JobSetStateParams(attemptId, JobState.RETRYABLE, null, error, null, null, due);
  }
}
