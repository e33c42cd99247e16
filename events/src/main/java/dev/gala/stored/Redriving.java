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
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One redrive under way. Rows are read a page at a time, by their ids, and restarted in one
 * statement each page: what is done is done, and a redrive that was broken off is begun anew, since
 * what runs again is not found again. For one thread.
 */
final class Redriving {
  private static final int PAGE = 200;

  private final Jobs jobs;
  private final InstantSource clock;
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
    this.what = what;
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
      throw redriven == 0
          ? failure
          : new RiverException(
              failure.code(),
              redriven
                  + " events were redriven before this: "
                  + failure.getMessage()
                  + " (redrive again: those are not found again)",
              failure);
    }
    return new RedriveReport(matched, redriven, refused, results);
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
    JobsRestarted done = restart(again.values().stream().map(RedrivePlan.Again::restart).toList());
    Set<Long> restarted = new HashSet<>(done.restarted());
    Set<Long> held = new HashSet<>(done.held());
    for (JobRow row : rows) {
      RedrivePlan.Again plan = again.get(row.id());
      if (plan == null) {
        continue;
      }
      if (restarted.contains(row.id())) {
        redriven++;
        show(new RedriveResult(EventReader.id(row), row.id(), plan.listeners(), null));
      } else {
        Refusal why = held.contains(row.id()) ? Refusal.KEY_HELD : Refusal.CHANGED;
        refuse(EventReader.id(row), row.id(), why);
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
    return RedrivePlan.of(standing, what, clock.instant());
  }

  /** Where a key was taken meanwhile, each is tried on its own. */
  private JobsRestarted restart(List<JobRestart> restarts) {
    if (dry || restarts.isEmpty()) {
      return new JobsRestarted(restarts.stream().map(JobRestart::id).toList(), List.of());
    }
    try {
      return jobs.restartMany(restarts);
    } catch (RiverException conflict) {
      if (conflict.code() != RiverError.UNIQUE_CONFLICT) {
        throw conflict;
      }
      return restarts.size() == 1
          ? new JobsRestarted(List.of(), List.of(restarts.getFirst().id()))
          : each(restarts);
    }
  }

  private JobsRestarted each(List<JobRestart> restarts) {
    List<Long> restarted = new ArrayList<>();
    List<Long> held = new ArrayList<>();
    for (JobRestart restart : restarts) {
      JobsRestarted done = restart(List.of(restart));
      restarted.addAll(done.restarted());
      held.addAll(done.held());
    }
    return new JobsRestarted(restarted, held);
  }

  private void refuse(EventId id, @Nullable Long jobId, Refusal why) {
    refused.merge(why, 1L, Long::sum);
    show(new RedriveResult(id, jobId, List.of(), why));
  }

  private void show(RedriveResult result) {
    if (results.size() < RedriveReport.SHOWN) {
      results.add(result);
    }
  }
}
