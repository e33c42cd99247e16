package dev.gala.river.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GoTimeTest {
  @ParameterizedTest
  @CsvSource({
    "2026-01-02T03:04:05Z, 2026-01-02T03:04:05Z",
    "2026-01-02T03:04:00.100Z, 2026-01-02T03:04:00.1Z",
    "2026-01-02T03:04:05.000000001Z, 2026-01-02T03:04:05.000000001Z",
    "2026-01-02T03:04:05.123456Z, 2026-01-02T03:04:05.123456Z",
    "0001-01-01T00:00:00Z, 0001-01-01T00:00:00Z"
  })
  void writesTheShortestFraction(String time, String expected) {
    assertThat(GoTime.format(Instant.parse(time))).isEqualTo(expected);
    assertThat(GoTime.parse(expected)).isEqualTo(Instant.parse(time));
  }

  @Test
  void writesOffsets() {
    assertThat(GoTime.format(OffsetDateTime.parse("2026-01-02T03:04:05.5-03:30")))
        .isEqualTo("2026-01-02T03:04:05.5-03:30");
    assertThat(GoTime.format(OffsetDateTime.parse("2026-01-02T03:04:05+00:00")))
        .isEqualTo("2026-01-02T03:04:05Z");
  }

  @Test
  void readsOffsetsAndLongFractions() {
    assertThat(GoTime.parse("2026-01-02T03:04:05.1234567899+02:00"))
        .isEqualTo(Instant.parse("2026-01-02T01:04:05.123456789Z"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2026-01-02",
        "2026-01-02T03:04Z",
        "2026-01-02 03:04:05Z",
        "2026-01-02T03:04:05",
        "2026-01-02T03:04:05.Z",
        "2026-01-02T03:04:05,5Z",
        "2026-13-02T03:04:05Z",
        "2026-01-02T24:04:05Z",
        "2026-01-02T03:04:60Z",
        "2026-01-02T03:04:05+24:00",
        "2026-01-02T03:04:05+0200",
        "2026-01-02T03:04:05z",
        "2026-02-30T03:04:05Z"
      })
  void refusesOtherForms(String text) {
    assertThatThrownBy(() -> GoTime.parse(text)).isInstanceOf(DateTimeException.class);
  }

  @Test
  void refusesYearsBeyondFourDigits() {
    assertThatThrownBy(() -> GoTime.format(Instant.parse("+10000-01-01T00:00:00Z")))
        .isInstanceOf(DateTimeException.class)
        .hasMessageContaining("10000");
  }
}
