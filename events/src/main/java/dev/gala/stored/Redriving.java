package dev.gala.stored;

import dev.gala.event.EventId;
import dev.gala.internal.dispatch.Marks;
import dev.gala.river.Jobs;
import dev.gala.river.job.JobListParams;
import dev.gala.river.job.JobRestart;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.JobsRestarted;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.json.GoTime;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One redrive under way. Rows are read a page at a time, by their ids, and restarted in one
 * statement each page: what is done is done. Each row then says when it was redriven, so that it is
 * not met again: neither by a later pass, nor by a call that goes on with the same redrive. For one
 * thread.
 */
final class Redriving {
  private static final int PAGE = 200;

  private final Jobs jobs;
  private final InstantSource clock;
  private final Instant begun;
  private final Redrive what;
  private final List<String> kinds;
  private final boolean dry;
  private final Map<Refusal, Long> refused = new EnumMap<>(Refusal.class);
  private final List<RedriveResult> results = new ArrayList<>();
  private long matched;
  private long redriven;

  /**
   * A redrive.
   *
   * @param kinds of jobs that are looked at if the redrive names neither kinds nor a topic
   * @param dry whether nothing is to be changed
   */
  Redriving(Jobs jobs, InstantSource clock, Redrive what, List<String> kinds, boolean dry) {
    this.jobs = jobs;
    this.clock = clock;
    this.begun = what.begun() == null ? clock.instant() : what.begun();
    this.what = what.begunAt(begun);
    this.kinds = kinds;
    this.dry = dry;
  }

  RedriveReport run() {
    try {
      if (what.ids().isEmpty()) {
        passes().forEach(this::goThrough);
      } else {
        what.ids().forEach(this::one);
      }
    } catch (RiverException failure) {
      throw redriven == 0 && failure.code() != RiverError.OUTCOME_UNKNOWN
          ? failure
          : new RiverException(
              failure.code(),
              redriven
                  + " events were redriven before this: "
                  + failure.getMessage()
                  + " (go on with the same redrive, begun "
                  + GoTime.format(begun)
                  + ": those are left as they are)",
              failure);
    }
    return new RedriveReport(begun, matched, redriven, refused, results);
  }

  /** What ended without success, each state or kind of it for itself, so that an index finds it. */
  private List<JobListParams> passes() {
    List<JobListParams> passes = new ArrayList<>();
    if (what.withDone()) {
      passes.add(pass(Map.of(), JobState.CANCELLED, JobState.COMPLETED, JobState.DISCARDED));
      return passes;
    }
    passes.add(pass(Map.of(), JobState.DISCARDED));
    if (what.withCancelled()) {
      passes.add(pass(Map.of(), JobState.CANCELLED));
    }
    // Any array contains the empty one: whoever ended without somebody.
    passes.add(pass(Map.of(Marks.MISSING, "[]"), JobState.COMPLETED));
    return passes;
  }

  private JobListParams pass(Map<String, String> metadata, JobState... states) {
    return Queries.list(what.topic(), what.kinds(), kinds, metadata)
        .states(List.of(states))
        .createdFrom(what.since())
        .createdBefore(what.until())
        .limit(PAGE)
        .build();
  }

  private void goThrough(JobListParams pass) {
    JobListParams next = pass;
    while (redriven < what.limit()) {
      List<JobRow> rows = jobs.list(next).jobs();
      redrive(rows.stream().filter(EventReader::isEvent).toList());
      if (rows.size() < PAGE) {
        return;
      }
      next = next.after(jobs.cursorAt(rows.getLast(), pass));
    }
  }

  private void one(EventId id) {
    if (redriven >= what.limit()) {
      return;
    }
    List<JobRow> rows =
        jobs.list(Queries.ofEvent(id)).jobs().stream().filter(EventReader::isEvent).toList();
    if (rows.isEmpty()) {
      matched++;
      refuse(id, null, Refusal.UNKNOWN);
    }
    redrive(rows);
  }

  private void redrive(List<JobRow> rows) {
    Map<Long, RedrivePlan.Again> again = new LinkedHashMap<>();
    for (JobRow row : rows) {
      if (redriven + again.size() >= what.limit()) {
        break;
      }
      matched++;
      switch (plan(row)) {
        case RedrivePlan.Again plan -> again.put(row.id(), plan);
        case RedrivePlan.Refused plan -> refuse(EventReader.id(row), row.id(), plan.why());
      }
    }
    Map<Long, Refusal> left =
        restart(again.values().stream().map(RedrivePlan.Again::restart).toList());
    for (JobRow row : rows) {
      RedrivePlan.Again plan = again.get(row.id());
      Refusal why = left.get(row.id());
      if (plan != null && why != null) {
        refuse(EventReader.id(row), row.id(), why);
      } else if (plan != null) {
        redriven++;
        show(new RedriveResult(EventReader.id(row), row.id(), plan.listeners(), null));
      }
    }
  }

  private RedrivePlan plan(JobRow row) {
    Standing standing;
    try {
      standing = Standing.of(row);
    } catch (IllegalArgumentException unreadable) {
      return new RedrivePlan.Refused(Refusal.UNREADABLE);
    }
    Instant now = clock.instant();
    // A clock that was set back must not make it look as if it had not been redriven.
    return RedrivePlan.of(standing, what, now.isBefore(begun) ? begun : now);
  }

  /**
   * Restarts jobs. Where the database refuses all because of one, each is tried on its own.
   *
   * @return those that stay as they are, and why
   */
  private Map<Long, Refusal> restart(List<JobRestart> restarts) {
    if (dry || restarts.isEmpty()) {
      return Map.of();
    }
    Map<Long, Refusal> left = new HashMap<>();
    try {
      JobsRestarted done = jobs.restartMany(restarts);
      restarts.forEach(restart -> left.put(restart.id(), Refusal.CHANGED));
      done.held().forEach(id -> left.put(id, Refusal.KEY_HELD));
      left.keySet().removeAll(Set.copyOf(done.restarted()));
    } catch (RiverException refused) {
      Refusal why = refusalOf(refused);
      if (why == null) {
        throw refused;
      }
      if (restarts.size() == 1) {
        left.put(restarts.getFirst().id(), why);
      } else {
        restarts.forEach(restart -> left.putAll(restart(List.of(restart))));
      }
    }
    return left;
  }

  /** What is one row's affair, and not the database's; null otherwise. */
  private static @Nullable Refusal refusalOf(RiverException failure) {
    if (failure.code() == RiverError.UNIQUE_CONFLICT) {
      return Refusal.KEY_HELD;
    }
    if (failure.code() == RiverError.ROW_REFUSED) {
      return Refusal.REFUSED;
    }
    return failure.code() == RiverError.ROW_LOCKED ? Refusal.LOCKED : null;
  }

  private void refuse(EventId id, @Nullable Long jobId, Refusal why) {
    refused.merge(why, 1L, Long::sum);
    show(new RedriveResult(id, jobId, List.of(), why));
  }

  /** What a window was asked for before is no news. */
  private void show(RedriveResult result) {
    boolean passedOver = result.refusal() == Refusal.REDRIVEN && what.ids().isEmpty();
    if (results.size() < RedriveReport.SHOWN && !passedOver) {
      results.add(result);
    }
  }
}
