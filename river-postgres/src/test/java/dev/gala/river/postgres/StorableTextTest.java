package dev.gala.river.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StorableTextTest {
  private static final String WHOLE = "\uD83D\uDE00";
  private static final String HIGH = "\uD83D";
  private static final String LOW = "\uDE00";

  @ParameterizedTest
  @ValueSource(strings = {"", "plain", "ü日本", "\uD83D\uDE00", "\t\n\u0001\uFFFF"})
  void leavesAloneWhatCanBeStored(String text) {
    assertThat(StorableText.of(text)).isEqualTo(text);
  }

  @Test
  void replacesWhatCannot() {
    assertThat(StorableText.of("a\0b")).isEqualTo("a\uFFFDb");
    assertThat(StorableText.of(HIGH)).isEqualTo("\uFFFD");
    assertThat(StorableText.of(LOW + HIGH)).isEqualTo("\uFFFD\uFFFD");
    assertThat(StorableText.of(HIGH + WHOLE + LOW)).isEqualTo("\uFFFD" + WHOLE + "\uFFFD");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\": \"\\\\u0000\"}",
        "{\"a\": \"\\u00e4\\n\\\\\"}",
        "\"\\ud83d\\ude00\"",
        "\"\\u0001\"",
        "{}",
        "\"\\",
        "\"\\u12"
      })
  void leavesAloneDocumentsThatCanBeStored(String json) {
    assertThat(StorableText.ofJson(json)).isEqualTo(json);
  }

  @Test
  void replacesEscapesThatCannot() {
    assertThat(StorableText.ofJson("\"\\u0000\\\\\\u0000\"")).isEqualTo("\"\\ufffd\\\\\\ufffd\"");
    assertThat(StorableText.ofJson("\"\\ud83d\\ud83d\\ude00\\uDE00\""))
        .isEqualTo("\"\\ufffd\\ud83d\\ude00\\ufffd\"");
  }
}
