package dev.gala.cli.input;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as programs in Go write and read them, such as {@code 1m30s} and {@code 12.34ms}. */
public final class GoDuration {
  private static final Pattern PART =
      Pattern.compile("([0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|ms|s|m|h)");
  private static final Pattern WHOLE = Pattern.compile("(?:" + PART.pattern() + ")+");

  private GoDuration() {}

  /**
   * The duration written.
   *
   * @throws IllegalArgumentException if {@code text} is none, or none of ours
   */
  public static Duration parse(String text) {
    if (!WHOLE.matcher(text).matches()) {
      throw new IllegalArgumentException("'" + text + "' is no duration: give one such as 30s");
    }
    BigDecimal nanos = BigDecimal.ZERO;
    Matcher part = PART.matcher(text);
    while (part.find()) {
      BigDecimal unit = BigDecimal.valueOf(nanos(part.group(2)));
      nanos = nanos.add(new BigDecimal(part.group(1)).multiply(unit));
    }
    try {
      return Duration.ofNanos(nanos.toBigInteger().longValueExact());
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("'" + text + "' is longer than can be waited", e);
    }
  }

  private static long nanos(String unit) {
    return switch (unit) {
      case "ns" -> 1;
      case "us", "µs" -> 1_000;
      case "ms" -> 1_000_000;
      case "s" -> 1_000_000_000;
      case "m" -> 60_000_000_000L;
      case "h" -> 3_600_000_000_000L;
      default -> throw new IllegalArgumentException("no unit of time: " + unit);
    };
  }

  /** To two places of the unit that suits. */
  public static String format(Duration duration) {
    long nanos = duration.toNanos();
    if (nanos >= nanos("s")) {
      return rounded(nanos, "s");
    }
    return rounded(nanos, nanos >= nanos("ms") ? "ms" : "µs");
  }

  private static String rounded(long nanos, String unit) {
    return BigDecimal.valueOf(nanos)
            .divide(BigDecimal.valueOf(nanos(unit)), 2, RoundingMode.HALF_UP)
            .stripTrailingZeros()
            .toPlainString()
        + unit;
  }
}
