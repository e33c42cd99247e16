package dev.gala.river.internal.complete;

import dev.gala.river.driver.JobSetStateResult;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.RiverEvent;
import dev.gala.river.json.GoJson;
import dev.gala.river.json.JsonObjects;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What subscribers are to be told of an attempt's end, once it is known what became of the row.
 *
 * @param job the row as claimed
 * @param kind what it is if the row becomes what was wished for
 * @param queueWait from the time the job was due to its claim
 * @param run from the start of the attempt to its end
 * @param endedAt the end, by {@link System#nanoTime()}
 */
public record Report(
    JobRow job, RiverEvent.Kind kind, Duration queueWait, Duration run, long endedAt) {
  /** What leaves a job for another attempt. */
  private static final Set<RiverEvent.Kind> GOES_ON =
      Set.of(
          RiverEvent.Kind.JOB_FAILED, RiverEvent.Kind.JOB_INTERRUPTED, RiverEvent.Kind.JOB_SNOOZED);

  /** The same end, taken for a failure. */
  Report failed() {
    return new Report(job, RiverEvent.Kind.JOB_FAILED, queueWait, run, endedAt);
  }

  /** The event of a row completed by the lean statement, which returns none. */
  RiverEvent completed(Instant finalizedAt) {
    return completed(finalizedAt, job.metadata());
  }

  /**
   * The event of a job that ended well and of which there is no row any more.
   *
   * @param patch what would have been merged into its metadata, a JSON object as text; null for
   *     nothing
   */
  RiverEvent deleted(Instant finalizedAt, @Nullable String patch) {
    if (patch == null || !job.metadata().startsWith("{")) {
      return completed(finalizedAt, job.metadata());
    }
    Map<String, String> merged = new TreeMap<>(JsonObjects.members(job.metadata()));
    merged.putAll(JsonObjects.members(patch));
    return completed(
        finalizedAt,
        merged.entrySet().stream()
            .map(entry -> GoJson.quote(entry.getKey()) + ":" + entry.getValue())
            .collect(Collectors.joining(",", "{", "}")));
  }

  private RiverEvent completed(Instant finalizedAt, String metadata) {
    var row =
        new JobRow(
            job.id(),
            JobState.COMPLETED,
            job.attempt(),
            job.maxAttempts(),
            job.attemptedAt(),
            job.createdAt(),
            finalizedAt.truncatedTo(ChronoUnit.MICROS),
            job.scheduledAt(),
            job.priority(),
            job.args(),
            job.attemptedBy(),
            job.errors(),
            job.kind(),
            metadata,
            job.queue(),
            job.tags(),
            job.uniqueKey(),
            job.uniqueStates());
    return event(RiverEvent.Kind.JOB_COMPLETED, row);
  }

  /**
   * The event of what became of the row, whatever was wished for; null if that is no event of this
   * attempt.
   */
  @Nullable RiverEvent of(JobSetStateResult result) {
    JobRow row = result.row();
    if (row == null) {
      return null;
    }
    return switch (result.state()) {
      case CANCELLED -> event(RiverEvent.Kind.JOB_CANCELLED, row);
      case COMPLETED -> event(RiverEvent.Kind.JOB_COMPLETED, row);
      case DISCARDED -> event(RiverEvent.Kind.JOB_FAILED, row);
      case AVAILABLE, RETRYABLE, SCHEDULED -> GOES_ON.contains(kind) ? event(kind, row) : null;
      case PENDING, RUNNING -> null;
    };
  }

  private RiverEvent event(RiverEvent.Kind what, JobRow row) {
    var complete = Duration.ofNanos(System.nanoTime() - endedAt);
    return new RiverEvent(
        what, row.queue(), row, new RiverEvent.Statistics(queueWait, run, complete));
  }
}
