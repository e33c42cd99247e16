package dev.gala.cli.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationTest {
  @ParameterizedTest
  @CsvSource({
    "10s, PT10S",
    "1m30s, PT1M30S",
    "1.5h, PT1H30M",
    "500ms, PT0.5S",
    ".5s, PT0.5S",
    "2us3ns, PT0.000002003S",
    "7µs, PT0.000007S",
  })
  void isRead(String text, Duration expected) {
    assertThat(GoDuration.parse(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10", "s", "10 s", "-1s", "1d", "1s2", "1e3s", "9999999999h"})
  void whatIsNone(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GoDuration.parse(text))
        .withMessageContaining("'" + text + "'");
  }

  @Test
  void isWrittenInTheUnitThatSuits() {
    assertThat(GoDuration.format(Duration.ofNanos(0))).isEqualTo("0µs");
    assertThat(GoDuration.format(Duration.ofNanos(123_456))).isEqualTo("123.46µs");
    assertThat(GoDuration.format(Duration.ofNanos(12_344_999))).isEqualTo("12.34ms");
    assertThat(GoDuration.format(Duration.ofMillis(100))).isEqualTo("100ms");
    assertThat(GoDuration.format(Duration.ofMillis(61_500))).isEqualTo("61.5s");
  }
}
