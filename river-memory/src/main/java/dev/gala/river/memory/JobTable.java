package dev.gala.river.memory;

import dev.gala.river.driver.JobClaimParams;
import dev.gala.river.driver.JobGetAvailableParams;
import dev.gala.river.driver.JobInsertedRow;
import dev.gala.river.driver.JobSetStateParams;
import dev.gala.river.driver.JobSetStateResult;
import dev.gala.river.job.AttemptId;
import dev.gala.river.job.JobRestart;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.json.JsonObjects;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** River's table of jobs, changed as the statements of the seam change it. For one thread. */
final class JobTable {
  /** In which jobs are fetched. */
  static final Comparator<JobRow> CLAIM_ORDER =
      Comparator.comparingInt(JobRow::priority)
          .thenComparing(JobRow::scheduledAt)
          .thenComparingLong(JobRow::id);

  private static final Set<JobState> CLAIMABLE =
      Set.of(JobState.AVAILABLE, JobState.RETRYABLE, JobState.SCHEDULED);
  private static final String CANCEL_ASKED = "cancel_attempted_at";

  private final TreeMap<Long, JobRow> rows;

  JobTable() {
    this(Map.of());
  }

  private JobTable(Map<Long, JobRow> rows) {
    this.rows = new TreeMap<>(rows);
  }

  JobTable copy() {
    return new JobTable(rows);
  }

  Collection<JobRow> rows() {
    return rows.values();
  }

  @Nullable JobRow row(long id) {
    return rows.get(id);
  }

  /** Whether a row is in this attempt, and runs. */
  static boolean holds(JobRow row, AttemptId attempt) {
    return row.state() == JobState.RUNNING && isIn(row, attempt);
  }

  private static boolean isIn(JobRow row, AttemptId attempt) {
    return row.attemptedAt() != null && row.attemptId().equals(attempt);
  }

  /** Inserts a row; where another holds its key, nothing, and that one is returned. */
  JobInsertedRow insertUnlessHeld(JobRow row) {
    JobRow holder = holder(row);
    if (holder != null) {
      return new JobInsertedRow(holder, true);
    }
    rows.put(row.id(), row);
    return new JobInsertedRow(row, false);
  }

  /** Inserts a row, or refuses it. */
  JobRow insert(JobRow row) {
    return put(row);
  }

  List<JobRow> claim(JobGetAvailableParams params, Instant now) {
    List<JobRow> due =
        available(params)
            .filter(row -> !row.scheduledAt().isAfter(now))
            .filter(params::reaches)
            .sorted(CLAIM_ORDER)
            .limit(params.max())
            .toList();
    return due.stream()
        .map(row -> put(new RowDraft(row).claimed(params.clientId(), now).row()))
        .toList();
  }

  boolean passesOver(JobGetAvailableParams params) {
    return available(params).anyMatch(row -> !params.reaches(row));
  }

  private Stream<JobRow> available(JobGetAvailableParams params) {
    List<String> kinds = params.kinds();
    return rows.values().stream()
        .filter(row -> row.state() == JobState.AVAILABLE && row.queue().equals(params.queue()))
        .filter(row -> kinds == null || kinds.contains(row.kind()));
  }

  @Nullable JobRow claimOne(JobClaimParams params, Instant now) {
    JobRow row = rows.get(params.id());
    return row != null && CLAIMABLE.contains(row.state()) && params.kinds().contains(row.kind())
        ? put(new RowDraft(row).claimed(params.clientId(), now).row())
        : null;
  }

  boolean merge(AttemptId attempt, String metadata) {
    return write(attempt, draft -> draft.merge(metadata));
  }

  boolean completeWith(AttemptId attempt, Instant finalizedAt, @Nullable String metadata) {
    return write(
        attempt,
        draft ->
            draft
                .state(JobState.COMPLETED)
                .finalizedAt(finalizedAt.truncatedTo(ChronoUnit.MICROS))
                .merge(metadata));
  }

  /** Deletes the row of an attempt that runs; false if it does not. */
  boolean deleteIfRunning(AttemptId attempt) {
    JobRow row = rows.get(attempt.jobId());
    if (row == null || !holds(row, attempt)) {
      return false;
    }
    rows.remove(row.id());
    return true;
  }

  private boolean write(AttemptId attempt, UnaryOperator<RowDraft> change) {
    JobRow row = rows.get(attempt.jobId());
    if (row == null || !holds(row, attempt)) {
      return false;
    }
    put(change.apply(new RowDraft(row)).row());
    return true;
  }

  List<JobSetStateResult> setStates(List<JobSetStateParams> outcomes, Instant now) {
    var results = new ArrayList<JobSetStateResult>();
    for (JobSetStateParams outcome : outcomes) {
      JobRow row = rows.get(outcome.attemptId().jobId());
      if (row == null || !isIn(row, outcome.attemptId())) {
        continue;
      }
      JobRow after = null;
      if (row.state() == JobState.RUNNING) {
        after = put(ended(row, outcome, now));
      } else if (row.state().isFinal()) {
        after = put(new RowDraft(row).merge(outcome.metadata()).row());
      }
      if (after != null) {
        results.add(new JobSetStateResult(after.id(), after.state(), after));
      }
    }
    return results;
  }

  private static JobRow ended(JobRow row, JobSetStateParams outcome, Instant now) {
    RowDraft draft = new RowDraft(row).error(outcome.error()).merge(outcome.metadata());
    boolean goesOn = outcome.state() == JobState.RETRYABLE || outcome.state() == JobState.SCHEDULED;
    if (goesOn && JsonObjects.members(row.metadata()).containsKey(CANCEL_ASKED)) {
      return draft.state(JobState.CANCELLED).finalizedAt(now).row();
    }
    Integer attempt = outcome.attempt();
    Instant due = outcome.scheduledAt();
    Instant end = outcome.finalizedAt();
    return draft
        .state(outcome.state())
        .attempt(attempt == null ? row.attempt() : attempt)
        .finalizedAt(end == null ? row.finalizedAt() : end.truncatedTo(ChronoUnit.MICROS))
        .scheduledAt(due == null ? row.scheduledAt() : due.truncatedTo(ChronoUnit.MICROS))
        .row();
  }

  /** Marks a running job, cancels a waiting one, and leaves one that has ended. */
  @Nullable JobRow cancel(long id, Instant attemptedAt, Instant now) {
    JobRow row = rows.get(id);
    if (row == null || row.state().isFinal()) {
      return row;
    }
    Instant began = row.attemptedAt();
    boolean runs = row.state() == JobState.RUNNING;
    Instant at = runs && began != null && began.isAfter(attemptedAt) ? began : attemptedAt;
    RowDraft draft = new RowDraft(row).merge("{\"" + CANCEL_ASKED + "\":\"" + at + "\"}");
    return put(runs ? draft.row() : draft.state(JobState.CANCELLED).finalizedAt(now).row());
  }

  /** Whether a cancellation was asked for since this attempt began. */
  boolean isCancelAsked(AttemptId attempt) {
    JobRow row = rows.get(attempt.jobId());
    if (row == null || !holds(row, attempt)) {
      return false;
    }
    String asked = JsonObjects.textAt(row.metadata(), CANCEL_ASKED);
    return asked != null && !Instant.parse(asked).isBefore(attempt.attemptedAt());
  }

  @Nullable JobRow retry(long id, Instant now) {
    JobRow row = rows.get(id);
    if (row == null
        || row.state() == JobState.RUNNING
        || (row.state() == JobState.AVAILABLE && row.scheduledAt().isBefore(now))) {
      return row;
    }
    return put(
        new RowDraft(row)
            .state(JobState.AVAILABLE)
            .oneMoreIfUsedUp()
            .finalizedAt(null)
            .scheduledAt(now)
            .row());
  }

  /** Whether a finished job is available again; null if it is not any more as it was seen. */
  @Nullable Boolean restart(JobRestart job, Instant now) {
    JobRow row = rows.get(job.id());
    if (row == null
        || row.state() != job.state()
        || row.attempt() != job.attempt()
        || !job.finalizedAt().equals(row.finalizedAt())) {
      return null;
    }
    JobRow restarted =
        new RowDraft(row)
            .state(JobState.AVAILABLE)
            .oneMoreIfUsedUp()
            .finalizedAt(null)
            .scheduledAt(now)
            .forget(job.forget())
            .merge(job.merge())
            .row();
    if (holder(restarted) != null) {
      return false;
    }
    rows.put(restarted.id(), restarted);
    return true;
  }

  @Nullable JobRow update(long id, String metadata) {
    JobRow row = rows.get(id);
    return row == null ? null : put(new RowDraft(row).merge(metadata).row());
  }

  /** The row as it was: deleted, unless it runs. */
  @Nullable JobRow delete(long id) {
    JobRow row = rows.get(id);
    if (row != null && row.state() != JobState.RUNNING) {
      rows.remove(id);
    }
    return row;
  }

  private JobRow put(JobRow row) {
    JobRow holder = holder(row);
    if (holder != null) {
      throw new RiverException(
          RiverError.UNIQUE_CONFLICT,
          "job "
              + holder.id()
              + " has the unique key of job "
              + row.id()
              + " and is in a state that blocks it: wait for its end, cancel it or delete it first");
    }
    rows.put(row.id(), row);
    return row;
  }

  /** Another row that holds the key of one in its state. */
  private @Nullable JobRow holder(JobRow row) {
    if (row.uniqueKey() == null || !row.uniqueStates().contains(row.state())) {
      return null;
    }
    return rows.values().stream()
        .filter(other -> other.id() != row.id() && row.uniqueKey().equals(other.uniqueKey()))
        .filter(other -> other.uniqueStates().contains(other.state()))
        .findFirst()
        .orElse(null);
  }
}
