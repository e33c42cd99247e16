package dev.gala.river.cron;

import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.worker.PeriodicSchedule;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * Schedules written as in crontab, with the times of Go's robfig/cron, which River's users there
 * have.
 *
 * <ul>
 *   <li>Five fields: minute, hour, day of month, month, day of week. In each {@code *} or {@code
 *       ?}, numbers, names ({@code JAN}, {@code mon}), ranges ({@code 1-5}), steps ({@code *}{@code
 *       /15}, {@code 10-50/20}, {@code 5/10}), or a list of these. Sunday is 0, and 7 too. Where
 *       both days are given, a day counts that fits either.
 *   <li>{@code @yearly} or {@code @annually}, {@code @monthly}, {@code @weekly}, {@code @daily} or
 *       {@code @midnight}, {@code @hourly}.
 *   <li>{@code @every 1h30m}: so long after the time before, in whole seconds.
 *   <li>Before any of them a zone: {@code CRON_TZ=Europe/Berlin 0 3 * * *}, or {@code TZ=}.
 * </ul>
 *
 * <p>A job is due at every moment whose local time fits the fields. Local times that are left out
 * when clocks go forward have no moment, so that a job for 02:30 does not run on that day; those
 * that come twice when clocks go back have two, and it runs twice. Where that matters, choose
 * another hour or UTC.
 */
public final class Cron {
  private Cron() {}

  /**
   * A schedule in UTC, unless it names a zone. Unlike in Go the zone of the process counts for
   * nothing, so that every process has the same times.
   *
   * @throws RiverException with {@link RiverError#CONFIG_INVALID} if it is not understood
   */
  public static PeriodicSchedule schedule(String spec) {
    return schedule(spec, ZoneOffset.UTC);
  }

  /**
   * A schedule in {@code zone}, unless it names another.
   *
   * @param zone for instance {@link ZoneId#systemDefault()}, which is what Go does
   * @throws RiverException with {@link RiverError#CONFIG_INVALID} if it is not understood
   */
  public static PeriodicSchedule schedule(String spec, ZoneId zone) {
    CronSpec read = CronSpec.of(spec, zone);
    String times = read.times();
    if (times.startsWith(Every.PREFIX)) {
      return Every.of(spec, times);
    }
    return CronTimes.of(spec, times, read.zone().getRules());
  }

  static RiverException invalid(String spec, String remedy, Throwable cause) {
    return new RiverException(RiverError.CONFIG_INVALID, message(spec, remedy), cause);
  }

  static RiverException invalid(String spec, String remedy) {
    return new RiverException(RiverError.CONFIG_INVALID, message(spec, remedy));
  }

  private static String message(String spec, String remedy) {
    return "the cron schedule \"" + spec + "\" is not usable: " + remedy;
  }
}
