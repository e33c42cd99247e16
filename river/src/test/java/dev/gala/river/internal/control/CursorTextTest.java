package dev.gala.river.internal.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.fake.Rows;
import dev.gala.river.job.JobCursor;
import dev.gala.river.job.JobListOrder;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.json.GoTime;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CursorTextTest {
  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.12Z");

  /** Its Base64 has characters in which the alphabets differ. */
  private static final String ODD_KIND = "a<b>&é?~~ÿÿ";

  private static final String ODD =
      "eyJpZCI6OTAwNzE5OTI1NDc0MDk5Mywia2luZCI6ImFcdTAwM2NiXHUwMDNlXHUwMDI2w6k_fn7Dv8O_Iiwi"
          + "cXVldWUiOiJkZWZhdWx0Iiwic29ydF9maWVsZCI6InNjaGVkdWxlZF9hdCIsInRpbWUiOiIyMDI2LTAxLTAy"
          + "VDAzOjA0OjA1LjEyWiJ9";

  @Test
  @RiverPoint(80)
  void isWrittenAsInGo() {
    assertThat(CursorText.write(Rows.running(7, "k"), JobListOrder.ID, null).text())
        .isEqualTo(
            "eyJpZCI6Nywia2luZCI6ImsiLCJxdWV1ZSI6ImRlZmF1bHQiLCJzb3J0X2ZpZWxkIjoiaWQiLCJ0aW1lIjoi"
                + "MDAwMS0wMS0wMVQwMDowMDowMFoifQ==");
    assertThat(
            CursorText.write(
                    Rows.running(9_007_199_254_740_993L, ODD_KIND), JobListOrder.SCHEDULED_AT, TIME)
                .text())
        .isEqualTo(ODD);
  }

  @Test
  @RiverPoint(80)
  void bothAlphabetsAreRead() {
    var expected = new CursorText(9_007_199_254_740_993L, JobListOrder.SCHEDULED_AT, TIME);
    assertThat(CursorText.read(new JobCursor(ODD))).isEqualTo(expected);
    assertThat(ODD).contains("_");
    assertThat(CursorText.read(new JobCursor(ODD.replace('_', '/').replace('-', '+'))))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource(JobListOrder.class)
  void isReadAsWritten(JobListOrder order) {
    Instant time = order == JobListOrder.ID ? null : TIME;
    JobCursor cursor = CursorText.write(Rows.running(-3, "kind"), order, time);
    assertThat(CursorText.read(cursor)).isEqualTo(new CursorText(-3, order, time));
  }

  @Test
  void paddingMayLackAndUnknownKeysAreIgnored() {
    String json =
        "{ \"more\": {\"id\": 5}, \"time\":\"2026-01-02T04:04:05.12+01:00\", \"id\": 7,"
            + " \"sort_field\": \"time\"}";
    assertThat(CursorText.read(new JobCursor(base64(json).replace("=", ""))))
        .isEqualTo(new CursorText(7, JobListOrder.TIME, TIME));
    assertThat(CursorText.read(new JobCursor(base64("{\"id\":7,\"sort_field\":\"id\"}"))))
        .isEqualTo(new CursorText(7, JobListOrder.ID, null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "7",
        "[]",
        "{}",
        "{\"id\":7}",
        "{\"sort_field\":\"id\"}",
        "{\"id\":7.5,\"sort_field\":\"id\"}",
        "{\"id\":\"7\",\"sort_field\":\"id\"}",
        "{\"id\":99999999999999999999,\"sort_field\":\"id\"}",
        "{\"id\":7,\"sort_field\":\"kind\"}",
        "{\"id\":7,\"sort_field\":5}",
        "{\"id\":7,\"sort_field\":\"time\",\"time\":\"yesterday\"}",
        "{\"id\":7,\"sort_field\":\"time\",\"time\":\"2026-13-02T03:04:05Z\"}",
        "{\"id\":7,\"sort_field\":\"id\"",
        "{\"id\":7,\"sort_field\":\"id\"} x",
      })
  void whatIsNoCursor(String json) {
    assertRefused(base64(json));
  }

  @ParameterizedTest
  @ValueSource(strings = {"%", "a", "eyJpZCI6=Nyw", "not a cursor", "é"})
  void whatIsNoBase64(String text) {
    assertRefused(text);
  }

  static List<Instant> oddTimes() {
    return List.of(
        GoTime.ZERO,
        Instant.parse("0000-12-31T23:59:59Z"),
        Instant.parse("-4712-01-01T00:00:00Z"),
        Instant.parse("9999-12-31T23:59:59.999999Z"),
        Instant.parse("+10000-01-01T00:00:00Z"),
        Instant.parse("+294276-12-31T23:59:59.999999Z"),
        // The two infinite ones, as a driver gives them.
        OffsetDateTime.MIN.toInstant(),
        OffsetDateTime.MAX.toInstant().truncatedTo(ChronoUnit.MICROS));
  }

  /** A list must go on after whatever time a row has. */
  @ParameterizedTest
  @MethodSource("oddTimes")
  void oddTimesAreReadAsWritten(Instant time) {
    JobCursor cursor = CursorText.write(Rows.running(7, "k"), JobListOrder.SCHEDULED_AT, time);
    assertThat(CursorText.read(cursor))
        .isEqualTo(new CursorText(7, JobListOrder.SCHEDULED_AT, time));
  }

  private static void assertRefused(String text) {
    var refused =
        catchThrowableOfType(RiverException.class, () -> CursorText.read(new JobCursor(text)));
    assertThat(refused.code()).isEqualTo(RiverError.PARAMS_INVALID);
    assertThat(refused).hasMessageContaining("\"" + text + "\"").hasMessageContaining("no cursor");
  }

  private static String base64(String json) {
    return Base64.getUrlEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }
}
