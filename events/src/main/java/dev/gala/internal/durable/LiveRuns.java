package dev.gala.internal.durable;

import dev.gala.river.job.JobState;
import dev.gala.schedule.Schedule;
import dev.gala.schedule.ScheduleState;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/** What is to become of the runs of one loop that wait or run at one time. Pure. */
final class LiveRuns {
  /** Clocks differ, and a run that comes a little late needs no help. */
  private static final Duration SLACK = Duration.ofMinutes(1);

  private LiveRuns() {}

  /**
   * A run.
   *
   * @param job its job
   * @param state the job's state
   * @param due when it is due
   * @param place where the schedule stands, with the name of its chain
   * @param schedule what counts for it now
   */
  record Run(long job, JobState state, Instant due, ScheduleState place, Schedule schedule) {
    boolean waits() {
      return state != JobState.RUNNING;
    }

    /** Whether it follows another one: a first run is somebody's wish. */
    boolean follows() {
      return place.cycle() > 0;
    }
  }

  /**
   * The jobs to delete where a loop was begun twice: what is to follow in all chains but the
   * oldest. Chains are named by their first event, and whoever looks finds the same one to be the
   * oldest.
   */
  static List<Long> surplus(List<Run> runs) {
    String oldest =
        runs.stream()
            .map(run -> run.place().incarnation())
            .min(Comparator.naturalOrder())
            .orElse("");
    return runs.stream()
        .filter(run -> run.waits() && run.follows())
        .filter(run -> !run.place().incarnation().equals(oldest))
        .map(Run::job)
        .toList();
  }

  /**
   * The jobs to make due now: those that wait longer than their schedule lets them by now, since it
   * was another one when they were emitted.
   */
  static List<Long> tooLate(List<Run> runs, Instant now) {
    return runs.stream()
        .filter(run -> run.state() == JobState.SCHEDULED && run.follows())
        .filter(run -> run.due().isAfter(now.plus(longest(run.schedule()))))
        .map(Run::job)
        .toList();
  }

  private static Duration longest(Schedule schedule) {
    Duration longest = schedule.longestInterval();
    return longest.plus(longest.dividedBy(10)).plus(SLACK);
  }
}
