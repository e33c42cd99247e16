package dev.gala.river.cron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.worker.PeriodicSchedule;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CronTest {
  private static Instant at(String time) {
    return OffsetDateTime.parse(time).toInstant();
  }

  private static List<String> next(PeriodicSchedule schedule, Instant after, int count) {
    var times = new ArrayList<String>();
    Instant at = after;
    for (int i = 0; i < count && !at.equals(PeriodicSchedule.NEVER); i++) {
      at = schedule.next(at);
      times.add(at.equals(PeriodicSchedule.NEVER) ? "never" : String.valueOf(at.getEpochSecond()));
    }
    return times;
  }

  static Stream<String> robfig() throws IOException {
    try (InputStream in = CronTest.class.getResourceAsStream("robfig.txt")) {
      String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().filter(line -> !line.startsWith("#"));
    }
  }

  @ParameterizedTest
  @MethodSource("robfig")
  void theTimesAreThoseOfRobfigCron(String line) {
    String[] parts = line.split("\\|", -1);
    List<String> expected = List.of(parts[3].split(",", -1));
    Instant after = Instant.ofEpochSecond(Long.parseLong(parts[2]));
    assertThat(next(Cron.schedule(parts[0], ZoneId.of(parts[1])), after, expected.size()))
        .isEqualTo(expected);
    assertThat(next(Cron.schedule("CRON_TZ=" + parts[1] + " " + parts[0]), after, 1))
        .containsExactly(expected.getFirst());
  }

  @ParameterizedTest
  @CsvSource({
    // spec, after, next; 2026-03-01 is a Sunday
    "* * * * *,             2026-03-01T12:00:00Z,      2026-03-01T12:01:00Z",
    "* * * * *,             2026-03-01T12:00:59.999Z,  2026-03-01T12:01:00Z",
    "*/15 9-17 * * MON-fri, 2026-03-01T12:00:00Z,      2026-03-02T09:00:00Z",
    "0 0 1 jan *,           2026-03-01T12:00:00Z,      2027-01-01T00:00:00Z",
    "0 0 * * sun-tue,       2026-03-04T12:00:00Z,      2026-03-08T00:00:00Z",
    "0 0 * * 7,             2026-03-01T12:00:00Z,      2026-03-08T00:00:00Z",
    "0 0 * * 5-7,           2026-03-07T12:00:00Z,      2026-03-08T00:00:00Z",
    "0 0 13 * 5,            2026-03-01T12:00:00Z,      2026-03-06T00:00:00Z",
    "0 0 */2 * 1,           2026-03-01T12:00:00Z,      2026-03-02T00:00:00Z",
    "0 0 31 * *,            2026-03-31T00:00:00Z,      2026-05-31T00:00:00Z",
    "59 23 31 12 *,         2026-12-31T23:59:00Z,      2027-12-31T23:59:00Z",
    // Leap days
    "0 12 29 2 *,           2026-03-01T12:00:00Z,      2028-02-29T12:00:00Z",
    "0 12 29 2 *,           2096-02-29T12:00:00Z,      2104-02-29T12:00:00Z",
    "0 0 29 2 *,            1999-12-31T00:00:00Z,      2000-02-29T00:00:00Z",
    // Descriptors
    "@yearly,               2026-03-01T12:00:00Z,      2027-01-01T00:00:00Z",
    "@annually,             2026-03-01T12:00:00Z,      2027-01-01T00:00:00Z",
    "@monthly,              2026-03-01T12:00:00Z,      2026-04-01T00:00:00Z",
    "@weekly,               2026-03-01T12:00:00Z,      2026-03-08T00:00:00Z",
    "@daily,                2026-03-01T12:00:00Z,      2026-03-02T00:00:00Z",
    "@midnight,             2026-03-01T12:00:00Z,      2026-03-02T00:00:00Z",
    "@hourly,               2026-03-01T12:00:00Z,      2026-03-01T13:00:00Z",
    "@every 1h30m,          2026-03-01T12:00:00Z,      2026-03-01T13:30:00Z",
    "@every 90s,            2026-03-01T12:00:00.7Z,    2026-03-01T12:01:30Z",
    "@every 1.5h,           2026-03-01T12:00:00Z,      2026-03-01T13:30:00Z",
    "@every 1000ms,         2026-03-01T12:00:00Z,      2026-03-01T12:00:01Z",
    "@every 1900ms,         2026-03-01T12:00:00Z,      2026-03-01T12:00:01Z",
    "@every 200ms,          2026-03-01T12:00:00Z,      2026-03-01T12:00:01Z",
    // Zones
    "TZ=Asia/Tokyo 0 9 * * *,           2026-03-01T12:00:00Z, 2026-03-02T00:00:00Z",
    "CRON_TZ=Asia/Kathmandu 0 6 * * *,  2026-03-01T12:00:00Z, 2026-03-02T00:15:00Z",
    "CRON_TZ=Asia/Tokyo @daily,         2026-03-01T12:00:00Z, 2026-03-01T15:00:00Z",
    "CRON_TZ=Asia/Tokyo @every 1h,      2026-03-01T12:00:00Z, 2026-03-01T13:00:00Z",
    // Clocks set forward in Berlin at 2026-03-29T02:00+01:00: no 02:30 that day
    "CRON_TZ=Europe/Berlin 30 2 * * *,  2026-03-28T12:00:00Z, 2026-03-30T02:30:00+02:00",
    "CRON_TZ=Europe/Berlin 0 * * * *,   2026-03-29T00:00:00Z, 2026-03-29T03:00:00+02:00",
    "CRON_TZ=Europe/Berlin */30 * * * *, 2026-03-29T00:30:00Z, 2026-03-29T03:00:00+02:00",
    "CRON_TZ=Europe/Berlin 30 2 29 3 *, 2026-01-01T00:00:00Z, 2027-03-29T02:30:00+02:00",
    // and back at 2026-10-25T03:00+02:00: 02:30 comes twice
    "CRON_TZ=Europe/Berlin 30 2 * * *,  2026-10-24T12:00:00Z, 2026-10-25T02:30:00+02:00",
    "CRON_TZ=Europe/Berlin 30 2 * * *,  2026-10-25T00:30:00Z, 2026-10-25T02:30:00+01:00",
    "CRON_TZ=Europe/Berlin 30 2 * * *,  2026-10-25T01:30:00Z, 2026-10-26T02:30:00+01:00",
    "CRON_TZ=Europe/Berlin 0 * * * *,   2026-10-25T00:00:00Z, 2026-10-25T02:00:00+01:00",
    "CRON_TZ=Europe/Berlin 0 3 * * *,   2026-10-24T12:00:00Z, 2026-10-25T03:00:00+01:00",
    // By half an hour; a day that is left out; midnights that are left out
    "CRON_TZ=Australia/Lord_Howe 15 2 * * *, 2026-10-03T14:00:00Z, 2026-10-05T02:15:00+11:00",
    "CRON_TZ=Pacific/Apia 0 12 30 12 *,      2011-12-01T00:00:00Z, 2012-12-30T12:00:00+14:00",
    "CRON_TZ=America/Sao_Paulo 0 0 * * *,    2018-11-03T12:00:00Z, 2018-11-05T00:00:00-02:00",
  })
  void itIsDueWhenTheLocalTimeFits(String spec, String after, String next) {
    assertThat(Cron.schedule(spec).next(at(after))).isEqualTo(at(next));
  }

  @ParameterizedTest
  @ValueSource(strings = {"30 2 31 2 *", "0 0 30 feb *", "0 0 31 4,6,9,11 *"})
  void impossibleDatesAreNever(String spec) {
    for (ZoneId zone : List.of(ZoneOffset.UTC, ZoneId.of("Europe/Berlin"))) {
      assertThat(Cron.schedule(spec, zone).next(at("2026-03-01T12:00:00Z")))
          .isEqualTo(PeriodicSchedule.NEVER);
    }
  }

  @Test
  void timeBeforeTheYear1AndBehind9999IsEmpty() {
    PeriodicSchedule schedule = Cron.schedule("0 0 * * *", ZoneId.of("Europe/Berlin"));
    assertThat(schedule.next(Instant.MIN)).isAfter(at("0001-01-01T00:00:00Z"));
    assertThat(schedule.next(PeriodicSchedule.NEVER)).isEqualTo(PeriodicSchedule.NEVER);
    assertThat(schedule.next(Instant.MAX.minusNanos(1))).isEqualTo(PeriodicSchedule.NEVER);
    assertThat(Cron.schedule("@every 1h").next(PeriodicSchedule.NEVER))
        .isEqualTo(PeriodicSchedule.NEVER);
  }

  @Test
  void withoutAZoneItIsUtcAndTheOneInTheTextWins() {
    Instant after = at("2026-03-01T12:00:00Z");
    assertThat(Cron.schedule("0 3 * * *").next(after)).isEqualTo(at("2026-03-02T03:00:00Z"));
    assertThat(Cron.schedule("0 3 * * *", ZoneId.of("Asia/Tokyo")).next(after))
        .isEqualTo(at("2026-03-01T18:00:00Z"));
    assertThat(Cron.schedule("TZ=UTC 0 3 * * *", ZoneId.of("Asia/Tokyo")).next(after))
        .isEqualTo(at("2026-03-02T03:00:00Z"));
  }

  @Test
  void everyTimeOfAYearFitsItsFields() {
    ZoneId zone = ZoneId.of("America/New_York");
    PeriodicSchedule schedule = Cron.schedule("17 1-3 * * *", zone);
    Instant at = at("2026-01-01T00:00:00Z");
    Instant end = at("2027-01-01T00:00:00Z");
    int count = 0;
    for (at = schedule.next(at); at.isBefore(end); at = schedule.next(at)) {
      LocalDateTime local = LocalDateTime.ofInstant(at, zone);
      assertThat(local.getMinute()).isEqualTo(17);
      assertThat(local.getHour()).isBetween(1, 3);
      count++;
    }
    assertThat(count).isEqualTo(3 * 365);
  }

  @Test
  void itSaysWhatWasWritten() {
    assertThat(Cron.schedule("CRON_TZ=UTC  @daily")).hasToString("CRON_TZ=UTC  @daily");
    assertThat(Cron.schedule("@every 10s")).hasToString("@every 10s");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "''                   ! it has 0 fields, give five",
        "* * * *              ! it has 4 fields, give five",
        "* * * * * *          ! it has 6 fields, give five",
        "TZ=UTC               ! it has 0 fields",
        "60 * * * *           ! 60",
        "* 24 * * *           ! 24",
        "* * 0 * *            ! 0",
        "* * 32 * *           ! 32",
        "* * * 13 *           ! 13",
        "* * * * 8            ! 8",
        "5-1 * * * *          ! 5",
        "*/0 * * * *          ! 0",
        "/5 * * * *           ! \"/5\"",
        "5/ * * * *           ! \"5/\"",
        "1,,2 * * * *         ! \"\"",
        "-1 * * * *           ! \"-1\"",
        "1-2-3 * * * *        ! \"1-2-3\"",
        "3|5 * * * *          ! \"3|5\"",
        "0 0 L * *            ! L",
        "0 0 * * 1#2          ! \"1#2\"",
        "0 0 * * fri-sun      ! 5",
        "0 0 * * Monday       ! MONDAY",
        "jan * * * *          ! JAN",
        "0 0 * mon *          ! MON",
        "@reboot              ! @yearly",
        "@DAILY               ! @yearly",
        "@every               ! @yearly",
        "@every soon          ! duration such as",
        "@every 1h 30m        ! duration such as",
        "@every 10            ! duration such as",
        "@every -1h           ! duration such as",
        "@every 0s            ! above zero",
        "@every 9999999h      ! at most 292 years",
        "@every 0.00000000001s! whole seconds",
        "TZ=Mars/Crater 0 0 * * * ! no time zone \"Mars/Crater\"",
        "TZ= 0 0 * * *        ! no time zone \"\"",
      })
  void whatIsNotUnderstoodIsRefusedWithARemedy(String spec, String part) {
    assertThatThrownBy(() -> Cron.schedule(spec))
        .isInstanceOfSatisfying(
            RiverException.class, e -> assertThat(e.code()).isEqualTo(RiverError.CONFIG_INVALID))
        .hasMessageStartingWith("the cron schedule \"" + spec + "\" is not usable: ")
        .hasMessageContaining(part);
  }
}
