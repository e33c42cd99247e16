package dev.gala.schedule;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.time.Instant;

/**
 * Where an adaptive schedule stands; it travels in the payload of each run. Written as JSON: {@code
 * incarnation} if there is one, {@code interval} (whole nanoseconds), {@code idle_streak}, {@code
 * error_streak}, and {@code cycle} if it is not 0.
 *
 * @param incarnation names one chain of runs from its first on; empty if it has no name (from later
 *     Go releases)
 * @param interval the time from one run to the next; zero before the first
 * @param idleStreak how many runs in a row brought nothing
 * @param errorStreak how many runs in a row failed
 * @param cycle the number of the run in its chain, from 0 (as before)
 */
public record ScheduleState(
    @JsonInclude(JsonInclude.Include.NON_EMPTY) String incarnation,
    Duration interval,
    int idleStreak,
    int errorStreak,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) long cycle) {
  private static final ScheduleState INITIAL = new ScheduleState("", Duration.ZERO, 0, 0, 0);

  /** What is missing is empty. */
  @SuppressWarnings("ConstantValue") // read from JSON, a field may be missing
  public ScheduleState {
    interval = interval == null ? Duration.ZERO : interval;
    incarnation = incarnation == null ? "" : incarnation;
  }

  /** Before the first run. */
  public static ScheduleState initial() {
    return INITIAL;
  }

  /** A state without a chain. */
  public static ScheduleState of(Duration interval, int idleStreak, int errorStreak) {
    return new ScheduleState("", interval, idleStreak, errorStreak, 0);
  }

  /** When the next run is due, counted from {@code now}. */
  public Instant nextScheduledAt(Instant now) {
    return now.plus(interval);
  }

  /** This, as one run of a chain. */
  public ScheduleState inChain(String incarnation, long cycle) {
    return new ScheduleState(incarnation, interval, idleStreak, errorStreak, cycle);
  }

  ScheduleState with(Duration interval, int idleStreak, int errorStreak) {
    return new ScheduleState(incarnation, interval, idleStreak, errorStreak, cycle);
  }
}
