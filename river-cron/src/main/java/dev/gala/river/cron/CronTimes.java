package dev.gala.river.cron;

import com.cronutils.model.time.ExecutionTime;
import dev.gala.river.worker.PeriodicSchedule;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import org.jspecify.annotations.Nullable;

/**
 * The times of five fields. The library is only asked within a stretch of one offset, where a local
 * time is one moment: what happens when clocks change is decided by going from stretch to stretch.
 */
final class CronTimes implements PeriodicSchedule {
  /** The longest way there can be: from leap day to leap day over a year like 2100. */
  private static final Duration FARTHEST = Duration.ofDays(8 * 366 + 1);

  /** Before and after, there is nothing to schedule. */
  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

  private final String spec;
  private final ExecutionTime times;
  private final ZoneRules rules;

  private CronTimes(String spec, ExecutionTime times, ZoneRules rules) {
    this.spec = spec;
    this.times = times;
    this.rules = rules;
  }

  static CronTimes of(String spec, String times, ZoneRules rules) {
    return new CronTimes(spec, CronFields.read(spec, times), rules);
  }

  @Override
  public Instant next(Instant after) {
    Instant from = after.isBefore(EARLIEST) ? EARLIEST : after;
    if (from.isAfter(LATEST)) {
      return NEVER;
    }
    Instant end = from.plus(FARTHEST);
    ZoneOffset offset = rules.getOffset(from);
    ZoneOffsetTransition change = rules.nextTransition(from);
    while (true) {
      Instant next = next(from, offset);
      boolean before = change == null || (next != null && next.isBefore(change.getInstant()));
      if (next != null && before) {
        return next.isAfter(end) ? NEVER : next;
      }
      if (change == null || change.getInstant().isAfter(end)) {
        return NEVER;
      }
      // The moment of the change belongs to the new offset, and may be a time itself.
      from = change.getInstant().minusNanos(1);
      offset = change.getOffsetAfter();
      change = rules.nextTransition(change.getInstant());
    }
  }

  private @Nullable Instant next(Instant after, ZoneOffset offset) {
    return times.nextExecution(after.atZone(offset)).map(ZonedDateTime::toInstant).orElse(null);
  }

  /** As it was written. */
  @Override
  public String toString() {
    return spec;
  }
}
