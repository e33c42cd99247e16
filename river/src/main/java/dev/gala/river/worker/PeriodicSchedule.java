package dev.gala.river.worker;

import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.time.Duration;
import java.time.Instant;

/**
 * When something that repeats is due: River's {@code PeriodicSchedule}. Its times form one row,
 * each made from the one before, so that they do not drift with the moments at which they are asked
 * for. Safe for use by many threads.
 */
@FunctionalInterface
public interface PeriodicSchedule {
  /** What {@link #next} answers where there is no further time. */
  Instant NEVER = Instant.MAX;

  /**
   * The first time after {@code after}; {@link #NEVER} if there is none. The same question has the
   * same answer in every process, or clients that take turns disagree about the times.
   *
   * @param after the time before it, or the time at which the row begins
   */
  Instant next(Instant after);

  /**
   * Always {@code interval} after the time before; the first one {@code interval} after the row
   * begins, whatever the time of day.
   *
   * @param interval at least 1 ms
   * @throws RiverException with {@link RiverError#CONFIG_INVALID} if it is shorter
   */
  static PeriodicSchedule every(Duration interval) {
    if (interval.compareTo(Duration.ofMillis(1)) < 0) {
      throw new RiverException(
          RiverError.CONFIG_INVALID, "a schedule of every " + interval + ": give at least 1 ms");
    }
    return after ->
        Duration.between(after, NEVER).compareTo(interval) < 0 ? NEVER : after.plus(interval);
  }

  /**
   * At the whole multiples of {@code interval}, in UTC: every hour on the hour, every week on
   * Monday at midnight. They are counted from the year 1, as River counts the periods of unique
   * jobs, so that every client has the same times, whenever its row begins.
   *
   * @param interval at least 1 ms
   * @throws RiverException with {@link RiverError#CONFIG_INVALID} if it is shorter
   */
  static PeriodicSchedule aligned(Duration interval) {
    PeriodicSchedule steps = every(interval);
    Instant first = Instant.parse("0001-01-01T00:00:00Z");
    return after -> {
      if (after.isBefore(first)) {
        return first;
      }
      if (after.equals(NEVER)) {
        return NEVER;
      }
      long passed = Duration.between(first, after).dividedBy(interval);
      return steps.next(first.plus(interval.multipliedBy(passed)));
    };
  }

  /** At no time: for what is done at the start alone. */
  static PeriodicSchedule never() {
    return after -> NEVER;
  }
}
