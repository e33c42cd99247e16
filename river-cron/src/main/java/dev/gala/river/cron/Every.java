package dev.gala.river.cron;

import dev.gala.river.worker.PeriodicSchedule;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code @every} and a duration as Go writes it; its times fall on whole seconds. */
final class Every implements PeriodicSchedule {
  static final String PREFIX = "@every ";

  private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d*)?|\\.\\d+)(ms|h|m|s)");
  private static final Map<String, Long> MILLIS =
      Map.of("h", 3_600_000L, "m", 60_000L, "s", 1_000L, "ms", 1L);

  private final String spec;
  private final PeriodicSchedule steps;

  private Every(String spec, PeriodicSchedule steps) {
    this.spec = spec;
    this.steps = steps;
  }

  static Every of(String spec, String times) {
    Duration interval = duration(spec, times.substring(PREFIX.length()).strip());
    if (!interval.isPositive()) {
      throw Cron.invalid(spec, "give a duration above zero");
    }
    // As robfig/cron does: fractions of seconds are dropped, and one second is the least.
    Duration seconds = interval.truncatedTo(ChronoUnit.SECONDS);
    return new Every(
        spec, PeriodicSchedule.every(seconds.isZero() ? Duration.ofSeconds(1) : seconds));
  }

  @Override
  public Instant next(Instant after) {
    return steps.next(after.equals(NEVER) ? after : after.truncatedTo(ChronoUnit.SECONDS));
  }

  /** As it was written. */
  @Override
  public String toString() {
    return spec;
  }

  private static Duration duration(String spec, String text) {
    BigDecimal millis = BigDecimal.ZERO;
    Matcher part = PART.matcher(text);
    int at = 0;
    while (part.find(at) && part.start() == at) {
      millis = millis.add(new BigDecimal(part.group(1)).multiply(unit(part.group(2))));
      at = part.end();
    }
    if (text.isEmpty() || at < text.length()) {
      throw Cron.invalid(spec, "give a duration such as 1h30m, 45m or 10s");
    }
    try {
      return Duration.ofNanos(millis.movePointRight(6).longValueExact());
    } catch (ArithmeticException e) {
      throw Cron.invalid(spec, "give whole seconds, at most 292 years", e);
    }
  }

  private static BigDecimal unit(String name) {
    return BigDecimal.valueOf(MILLIS.getOrDefault(name, 0L));
  }
}
