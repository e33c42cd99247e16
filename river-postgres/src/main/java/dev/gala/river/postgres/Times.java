package dev.gala.river.postgres;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Times as PostgreSQL has them: to the microsecond, and the two infinite ones, which stand at the
 * ends of Java's calendar.
 */
final class Times {
  private static final Instant INFINITE_PAST = OffsetDateTime.MIN.toInstant();
  private static final Instant INFINITE_FUTURE =
      OffsetDateTime.MAX.toInstant().truncatedTo(ChronoUnit.MICROS);

  /** As Go writes times in JSON: seconds always, a fraction without trailing zeros. */
  private static final DateTimeFormatter RFC_3339 =
      new DateTimeFormatterBuilder().appendInstant(-1).toFormatter();

  private Times() {}

  /** The time in a column; null if there is none. */
  static @Nullable Instant read(ResultSet rows, String column) throws SQLException {
    OffsetDateTime time = rows.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant().truncatedTo(ChronoUnit.MICROS);
  }

  /** The time in a column that is never null. */
  static Instant require(ResultSet rows, String column) throws SQLException {
    return Objects.requireNonNull(read(rows, column), column);
  }

  static boolean isInfinite(Instant time) {
    return time.equals(INFINITE_FUTURE) || time.equals(INFINITE_PAST);
  }

  /** A length of time in microseconds, cut. */
  static long micros(Duration length) {
    return TimeUnit.MICROSECONDS.convert(length);
  }

  /** The text of a time in JSON. */
  static String rfc3339(Instant time) {
    return RFC_3339.format(time);
  }

  /**
   * The text PostgreSQL reads as this time. Cut to microseconds here: PostgreSQL would round, and
   * could give a time still to come.
   */
  static @Nullable String text(@Nullable Instant time) {
    if (time == null) {
      return null;
    }
    Instant cut = time.truncatedTo(ChronoUnit.MICROS);
    if (isInfinite(cut)) {
      return cut.equals(INFINITE_PAST) ? "-infinity" : "infinity";
    }
    String text = cut.toString();
    int year = cut.atOffset(ZoneOffset.UTC).getYear();
    if (year < 1) {
      // There is no year 0: what comes before the first is the first before it.
      return "%04d".formatted(1 - year) + text.substring(text.indexOf('-', 1)) + " BC";
    }
    return text.startsWith("+") ? text.substring(1) : text;
  }
}
