package dev.gala.river.json;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/**
 * Times as Go writes and reads them in JSON: RFC 3339 with seconds always, and a fraction of up to
 * nine digits without trailing zeros. All methods are pure.
 */
public final class GoTime {
  /** Go's zero time: what a missing time reads as. */
  public static final Instant ZERO = Instant.parse("0001-01-01T00:00:00Z");

  private GoTime() {}

  /**
   * {@code time} in UTC, for instance {@code 2026-01-02T03:04:05.12Z}.
   *
   * @throws DateTimeException if the year is not within 0 to 9999
   */
  public static String format(Instant time) {
    StringBuilder out = new StringBuilder(30);
    append(out, time);
    return out.toString();
  }

  /** {@code time} with its offset, for instance {@code 2026-01-02T03:04:05+02:00}. */
  public static String format(OffsetDateTime time) {
    StringBuilder out = new StringBuilder(35);
    appendLocal(out, time.toLocalDateTime());
    int minutes = time.getOffset().getTotalSeconds() / 60;
    if (minutes == 0) {
      return out.append('Z').toString();
    }
    out.append(minutes < 0 ? '-' : '+');
    pad(out, Math.abs(minutes) / 60, 2);
    out.append(':');
    pad(out, Math.abs(minutes) % 60, 2);
    return out.toString();
  }

  /**
   * Appends what {@link #format(Instant)} returns.
   *
   * @throws DateTimeException if the year is not within 0 to 9999
   */
  public static void append(StringBuilder out, Instant time) {
    appendLocal(
        out, LocalDateTime.ofEpochSecond(time.getEpochSecond(), time.getNano(), ZoneOffset.UTC));
    out.append('Z');
  }

  /**
   * The moment {@code text} names, by RFC 3339. Digits of the fraction beyond the ninth are
   * dropped, as Go does.
   *
   * @throws DateTimeException if it is not such a time
   */
  public static Instant parse(String text) {
    if (text.length() < 20
        || text.charAt(4) != '-'
        || text.charAt(7) != '-'
        || text.charAt(10) != 'T'
        || text.charAt(13) != ':'
        || text.charAt(16) != ':') {
      throw notRfc3339(text);
    }
    int zone = 19;
    int nanos = 0;
    if (text.charAt(19) == '.') {
      zone = 20;
      int unit = 100_000_000;
      while (zone < text.length() && isDigit(text.charAt(zone))) {
        nanos += (text.charAt(zone) - '0') * unit;
        unit /= 10;
        zone++;
      }
      if (zone == 20) {
        throw notRfc3339(text);
      }
    }
    LocalDateTime local =
        LocalDateTime.of(
            digits(text, 0, 4),
            digits(text, 5, 2),
            digits(text, 8, 2),
            digits(text, 11, 2),
            digits(text, 14, 2),
            digits(text, 17, 2),
            nanos);
    return Instant.ofEpochSecond(
        local.toEpochSecond(ZoneOffset.UTC) - offsetSeconds(text, zone), nanos);
  }

  private static int offsetSeconds(String text, int at) {
    int length = text.length();
    if (length == at + 1 && text.charAt(at) == 'Z') {
      return 0;
    }
    if (length != at + 6 || text.charAt(at + 3) != ':') {
      throw notRfc3339(text);
    }
    int hours = digits(text, at + 1, 2);
    int minutes = digits(text, at + 4, 2);
    char sign = text.charAt(at);
    if (hours > 23 || minutes > 59 || (sign != '+' && sign != '-')) {
      throw notRfc3339(text);
    }
    int seconds = (hours * 60 + minutes) * 60;
    return sign == '-' ? -seconds : seconds;
  }

  private static int digits(String text, int from, int count) {
    int value = 0;
    for (int i = from; i < from + count; i++) {
      char c = text.charAt(i);
      if (!isDigit(c)) {
        throw notRfc3339(text);
      }
      value = value * 10 + (c - '0');
    }
    return value;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static void appendLocal(StringBuilder out, LocalDateTime time) {
    if (time.getYear() < 0 || time.getYear() > 9999) {
      throw new DateTimeException(
          "year " + time.getYear() + " cannot be written by RFC 3339: give one from 0 to 9999");
    }
    pad(out, time.getYear(), 4);
    out.append('-');
    pad(out, time.getMonthValue(), 2);
    out.append('-');
    pad(out, time.getDayOfMonth(), 2);
    out.append('T');
    pad(out, time.getHour(), 2);
    out.append(':');
    pad(out, time.getMinute(), 2);
    out.append(':');
    pad(out, time.getSecond(), 2);
    int nanos = time.getNano();
    if (nanos != 0) {
      out.append('.');
      pad(out, nanos, 9);
      int end = out.length();
      while (out.charAt(end - 1) == '0') {
        end--;
      }
      out.setLength(end);
    }
  }

  private static void pad(StringBuilder out, int value, int width) {
    int limit = 10;
    for (int i = 1; i < width; i++) {
      if (value < limit) {
        out.append('0');
      }
      limit *= 10;
    }
    out.append(value);
  }

  private static DateTimeException notRfc3339(String text) {
    return new DateTimeException(
        "\"" + text + "\" is not a time by RFC 3339: write it like 2026-01-02T03:04:05.678Z");
  }
}
