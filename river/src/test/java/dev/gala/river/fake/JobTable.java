package dev.gala.river.fake;

import dev.gala.river.driver.JobClaimParams;
import dev.gala.river.driver.JobGetAvailableParams;
import dev.gala.river.driver.JobRescueParams;
import dev.gala.river.driver.JobScheduleParams;
import dev.gala.river.driver.JobSetStateParams;
import dev.gala.river.driver.JobSetStateResult;
import dev.gala.river.job.AttemptError;
import dev.gala.river.job.AttemptId;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** River's job table, as far as the engine uses it. Guarded by the driver's signal. */
final class JobTable {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final Comparator<JobRow> CLAIM_ORDER =
      Comparator.comparingInt(JobRow::priority)
          .thenComparing(JobRow::scheduledAt)
          .thenComparingLong(JobRow::id);

  private final InstantSource clock;
  private final TreeMap<Long, JobRow> rows = new TreeMap<>();
  private final Set<Long> locked = new HashSet<>();
  private long lastId;
  private Instant lastClaim = Instant.EPOCH;

  JobTable(InstantSource clock) {
    this.clock = clock;
  }

  long nextId() {
    return ++lastId;
  }

  void insert(JobRow row) {
    rows.put(row.id(), row);
  }

  /** The row that holds a job's unique key, in a state that blocks others. */
  @Nullable JobRow holder(JobInsertParams job) {
    return rows.values().stream()
        .filter(row -> row.uniqueKey() != null && row.uniqueKey().equals(job.uniqueKey()))
        .filter(row -> row.uniqueStates().contains(row.state()))
        .findFirst()
        .orElse(null);
  }

  /** A job as the engine would insert it, with few of its rules. */
  static JobInsertParams params(String kind, String args, InsertOptions options) {
    return new JobInsertParams(
        args,
        kind,
        options.maxAttempts() == 0 ? 25 : options.maxAttempts(),
        options.metadata() == null ? "{}" : options.metadata(),
        1,
        options.queue() == null ? "default" : options.queue(),
        options.scheduledAt(),
        options.scheduledAt() == null ? JobState.AVAILABLE : JobState.SCHEDULED,
        options.tags() == null ? List.of() : options.tags(),
        null,
        0);
  }

  /** The row of a new job. */
  static JobRow row(long id, JobInsertParams job, Instant now) {
    return new JobRow(
        id,
        job.state(),
        0,
        job.maxAttempts(),
        null,
        now,
        null,
        job.scheduledAt() == null ? now : job.scheduledAt(),
        job.priority(),
        job.args(),
        List.of(),
        List.of(),
        job.kind(),
        job.metadata(),
        job.queue(),
        job.tags(),
        job.uniqueKey(),
        JobState.ofUniqueMask(job.uniqueStates()));
  }

  List<JobRow> claim(JobGetAvailableParams params) {
    Instant now = clock.instant();
    List<Long> ids =
        available(params)
            .filter(row -> !row.scheduledAt().isAfter(now))
            .filter(params::reaches)
            .sorted(CLAIM_ORDER)
            .limit(params.max())
            .map(JobRow::id)
            .toList();
    Instant at = claimTime();
    return ids.stream().map(id -> change(id, row -> claimed(row, at, params.clientId()))).toList();
  }

  boolean passesOver(JobGetAvailableParams params) {
    return available(params).anyMatch(row -> !params.reaches(row));
  }

  private Stream<JobRow> available(JobGetAvailableParams params) {
    return rows.values().stream()
        .filter(row -> row.state() == JobState.AVAILABLE && row.queue().equals(params.queue()))
        .filter(row -> params.kinds() == null || params.kinds().contains(row.kind()));
  }

  /** Begins the attempt of one that has just been inserted. */
  JobRow begin(long id, String clientId) {
    Instant at = claimTime();
    return change(id, row -> claimed(row, at, clientId));
  }

  /** No two claims are of the same time. */
  private Instant claimTime() {
    Instant claimedAt = clock.instant().truncatedTo(ChronoUnit.MICROS);
    if (!claimedAt.isAfter(lastClaim)) {
      claimedAt = lastClaim.plus(1, ChronoUnit.MICROS);
    }
    lastClaim = claimedAt;
    return claimedAt;
  }

  /** A job that waits, whenever it is due. */
  @Nullable JobRow claimOne(JobClaimParams params) {
    JobRow row = rows.get(params.id());
    boolean waits =
        row != null
            && params.kinds().contains(row.kind())
            && !row.state().isFinal()
            && row.state() != JobState.RUNNING
            && row.state() != JobState.PENDING;
    return waits
        ? change(params.id(), found -> claimed(found, claimTime(), params.clientId()))
        : null;
  }

  List<Long> complete(List<AttemptId> attempts, Instant finalizedAt) {
    var done = new ArrayList<Long>();
    for (AttemptId attempt : attempts) {
      if (holds(attempt) && !locked.contains(attempt.jobId())) {
        change(
            attempt.jobId(),
            row -> ended(row, JobState.COMPLETED, row.attempt(), finalizedAt, row.scheduledAt()));
        done.add(attempt.jobId());
      }
    }
    return done;
  }

  List<Long> deleteIfRunning(List<AttemptId> attempts) {
    var done = new ArrayList<Long>();
    for (AttemptId attempt : attempts) {
      if (holds(attempt) && !locked.contains(attempt.jobId())) {
        rows.remove(attempt.jobId());
        done.add(attempt.jobId());
      }
    }
    return done;
  }

  Map<AttemptId, JobState> states(List<AttemptId> attempts) {
    var states = new HashMap<AttemptId, JobState>();
    for (AttemptId attempt : attempts) {
      if (isNewest(attempt)) {
        states.put(attempt, rows.get(attempt.jobId()).state());
      }
    }
    return states;
  }

  void lock(long id) {
    locked.add(id);
  }

  void unlock(long id) {
    locked.remove(id);
  }

  List<JobSetStateResult> setState(List<JobSetStateParams> params) {
    var results = new ArrayList<JobSetStateResult>();
    for (JobSetStateParams param : params) {
      AttemptId attempt = param.attemptId();
      if (locked.contains(attempt.jobId())) {
        continue;
      }
      if (holds(attempt)) {
        JobRow row = change(attempt.jobId(), before -> set(before, param));
        results.add(new JobSetStateResult(row.id(), row.state(), row));
      } else if (isNewest(attempt) && rows.get(attempt.jobId()).state().isFinal()) {
        JobRow row = change(attempt.jobId(), before -> merged(before, param.metadata()));
        results.add(new JobSetStateResult(row.id(), row.state(), row));
      }
    }
    return results;
  }

  boolean mergeIfRunning(AttemptId attempt, String metadata) {
    if (!holds(attempt)) {
      return false;
    }
    change(attempt.jobId(), row -> merged(row, metadata));
    return true;
  }

  /** What a statement would return, which then is as if it had never been. */
  <T> T foresee(Supplier<T> statement) {
    var before = new TreeMap<>(rows);
    try {
      return statement.get();
    } finally {
      rows.clear();
      rows.putAll(before);
    }
  }

  List<JobRow> schedule(JobScheduleParams params) {
    Instant until = clock.instant().plus(params.lookAhead());
    List<Long> ids =
        rows.values().stream()
            .filter(row -> row.state() == JobState.SCHEDULED || row.state() == JobState.RETRYABLE)
            .filter(row -> !row.scheduledAt().isAfter(until))
            .sorted(CLAIM_ORDER)
            .limit(params.max())
            .map(JobRow::id)
            .toList();
    return ids.stream()
        .map(
            id ->
                change(
                    id,
                    row -> ended(row, JobState.AVAILABLE, row.attempt(), null, row.scheduledAt())))
        .toList();
  }

  List<Long> rescue(List<JobRescueParams> jobs, Instant now) {
    var rescued = new ArrayList<Long>();
    for (JobRescueParams job : jobs) {
      if (holds(job.attemptId())) {
        JobRow row = rows.get(job.attemptId().jobId());
        var metadata = MAPPER.readTree(row.metadata());
        int count = metadata.path("river:rescue_count").asInt(0) + 1;
        JobRow marked =
            merged(
                withError(row, job.error()),
                metadata.isObject() ? "{\"river:rescue_count\":" + count + "}" : null);
        rows.put(
            row.id(),
            ended(
                marked,
                job.state(),
                row.attempt(),
                job.state().isFinal() ? now : null,
                job.scheduledAt() == null ? row.scheduledAt() : job.scheduledAt()));
        rescued.add(row.id());
      }
    }
    return rescued;
  }

  /** Marks a running job, cancels a waiting one, and leaves one that has ended. */
  void cancel(long id, Instant attemptedAt) {
    change(
        id,
        row -> {
          if (row.state().isFinal()) {
            return row;
          }
          Instant began = row.state() == JobState.RUNNING ? row.attemptedAt() : null;
          Instant at = began != null && began.isAfter(attemptedAt) ? began : attemptedAt;
          JobRow marked = merged(row, "{\"cancel_attempted_at\":\"" + at + "\"}");
          return row.state() == JobState.RUNNING
              ? marked
              : ended(
                  marked, JobState.CANCELLED, row.attempt(), clock.instant(), row.scheduledAt());
        });
  }

  List<Long> cancelRequested(List<AttemptId> attempts) {
    return attempts.stream()
        .filter(this::holds)
        .filter(this::cancelledSinceItBegan)
        .map(AttemptId::jobId)
        .toList();
  }

  private boolean cancelledSinceItBegan(AttemptId attempt) {
    var requested = object(rows.get(attempt.jobId()).metadata()).get("cancel_attempted_at");
    return requested != null
        && !OffsetDateTime.parse(requested.stringValue())
            .toInstant()
            .isBefore(attempt.attemptedAt());
  }

  @Nullable JobRow row(long id) {
    return rows.get(id);
  }

  List<JobRow> rows() {
    return List.copyOf(rows.values());
  }

  void put(JobRow row) {
    lastId = Math.max(lastId, row.id());
    rows.put(row.id(), row);
  }

  void remove(long id) {
    rows.remove(id);
  }

  JobRow change(long id, UnaryOperator<JobRow> change) {
    JobRow row = change.apply(rows.get(id));
    rows.put(id, row);
    return row;
  }

  private boolean holds(AttemptId attempt) {
    return isNewest(attempt) && rows.get(attempt.jobId()).state() == JobState.RUNNING;
  }

  private boolean isNewest(AttemptId attempt) {
    JobRow row = rows.get(attempt.jobId());
    return row != null && row.attemptedAt() != null && row.attemptId().equals(attempt);
  }

  private JobRow set(JobRow row, JobSetStateParams params) {
    boolean goesOn = params.state() == JobState.RETRYABLE || params.state() == JobState.SCHEDULED;
    JobRow merged = merged(withError(row, params.error()), params.metadata());
    if (goesOn && object(row.metadata()).has("cancel_attempted_at")) {
      return ended(merged, JobState.CANCELLED, row.attempt(), clock.instant(), row.scheduledAt());
    }
    int attempt = params.attempt() == null ? row.attempt() : params.attempt();
    Instant due = params.scheduledAt() == null ? row.scheduledAt() : params.scheduledAt();
    return ended(merged, params.state(), attempt, params.finalizedAt(), due);
  }

  private static JobRow claimed(JobRow row, Instant at, String by) {
    var attemptedBy = new ArrayList<>(row.attemptedBy());
    attemptedBy.add(by);
    return copy(
        row,
        JobState.RUNNING,
        row.attempt() + 1,
        at,
        null,
        row.scheduledAt(),
        attemptedBy,
        row.errors(),
        row.metadata());
  }

  /** The row in another state. */
  static JobRow ended(
      JobRow row, JobState state, int attempt, @Nullable Instant finalizedAt, Instant due) {
    return copy(
        row,
        state,
        attempt,
        row.attemptedAt(),
        finalizedAt,
        due,
        row.attemptedBy(),
        row.errors(),
        row.metadata());
  }

  private static JobRow withError(JobRow row, @Nullable AttemptError error) {
    if (error == null) {
      return row;
    }
    var errors = new ArrayList<>(row.errors());
    errors.add(error);
    return copy(
        row,
        row.state(),
        row.attempt(),
        row.attemptedAt(),
        row.finalizedAt(),
        row.scheduledAt(),
        row.attemptedBy(),
        errors,
        row.metadata());
  }

  static JobRow merged(JobRow row, @Nullable String patch) {
    if (patch == null) {
      return row;
    }
    ObjectNode metadata = object(row.metadata());
    for (Map.Entry<String, tools.jackson.databind.JsonNode> entry : object(patch).properties()) {
      metadata.set(entry.getKey(), entry.getValue());
    }
    return copy(
        row,
        row.state(),
        row.attempt(),
        row.attemptedAt(),
        row.finalizedAt(),
        row.scheduledAt(),
        row.attemptedBy(),
        row.errors(),
        metadata.toString());
  }

  private static ObjectNode object(String json) {
    return (ObjectNode) MAPPER.readTree(json);
  }

  private static JobRow copy(
      JobRow row,
      JobState state,
      int attempt,
      @Nullable Instant attemptedAt,
      @Nullable Instant finalizedAt,
      Instant scheduledAt,
      List<String> attemptedBy,
      List<AttemptError> errors,
      String metadata) {
    return new JobRow(
        row.id(),
        state,
        attempt,
        row.maxAttempts(),
        attemptedAt,
        row.createdAt(),
        finalizedAt,
        scheduledAt,
        row.priority(),
        row.args(),
        attemptedBy,
        errors,
        row.kind(),
        metadata,
        row.queue(),
        row.tags(),
        row.uniqueKey(),
        row.uniqueStates());
  }
}
