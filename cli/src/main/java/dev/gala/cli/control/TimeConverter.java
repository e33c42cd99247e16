package dev.gala.cli.control;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Times: of the calendar, or so long ago. */
final class TimeConverter implements ITypeConverter<Instant> {
  private static final Pattern AGO = Pattern.compile("([0-9]{1,9})([smhd])");
  private static final Pattern DAY = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");

  private final InstantSource clock;

  TimeConverter() {
    this(InstantSource.system());
  }

  TimeConverter(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public Instant convert(String value) {
    try {
      Matcher ago = AGO.matcher(value);
      if (ago.matches()) {
        return clock.instant().minus(length(Long.parseLong(ago.group(1)), ago.group(2)));
      }
      return DAY.matcher(value).matches()
          ? LocalDate.parse(value).atStartOfDay(ZoneOffset.UTC).toInstant()
          : OffsetDateTime.parse(value).toInstant();
    } catch (DateTimeException e) {
      throw new TypeConversionException(
          "'"
              + value
              + "' is no time: give one such as 2026-03-01T08:30:00Z, a day such as 2026-03-01,"
              + " or how long ago, such as 90m, 2h or 7d");
    }
  }

  private static Duration length(long count, String unit) {
    return switch (unit) {
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofDays(count);
    };
  }
}
