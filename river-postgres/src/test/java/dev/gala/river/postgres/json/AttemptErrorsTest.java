package dev.gala.river.postgres.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.job.AttemptError;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttemptErrorsTest {
  private static final Instant AT = Instant.parse("2026-01-02T03:04:05.123456789Z");

  private static AttemptError read(String element) {
    return AttemptErrors.read(new String[] {element}).getFirst();
  }

  @Test
  void readsWhatRiverWrites() {
    assertThat(
            AttemptErrors.read(
                new String[] {
                  """
                  {"at": "2026-01-02T03:04:05.123456789Z", "error": "e", "trace": "t", "attempt": 2}
                  """,
                  """
                  {"at": "2026-01-02T08:34:05.123456789+05:30", "error": "", "trace": "",
                   "attempt": 1, "more": [1]}
                  """,
                  """
                  {"at": "2026-01-02T03:04:05.123456789Z", "error": "e", "attempt": 2}
                  """
                }))
        .isEqualTo(
            List.of(
                new AttemptError(AT, 2, "e", "t"),
                new AttemptError(AT, 1, "", ""),
                new AttemptError(AT, 2, "e", "")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "1",
        "\"text\"",
        "[]",
        "{}",
        "{\"at\": 12, \"attempt\": \"1\", \"error\": \"e\", \"trace\": \"\"}",
        "not json",
        "",
      })
  void keepsOddElementsAsTheyAre(String element) {
    assertThat(read(element)).isEqualTo(new AttemptError(Instant.EPOCH, 0, element, ""));
  }

  @Test
  void keepsWhatCanBeReadOfOddElements() {
    String noError = "{\"at\": \"2026-01-02T03:04:05.123456789Z\", \"attempt\": 3, \"error\": {}}";
    String noTime = "{\"at\": \"yesterday\", \"attempt\": 3, \"error\": \"e\", \"trace\": \"\"}";
    String deep = "[".repeat(5_000) + "]".repeat(5_000);

    assertThat(read(noError)).isEqualTo(new AttemptError(AT, 3, noError, ""));
    assertThat(read(noTime)).isEqualTo(new AttemptError(Instant.EPOCH, 3, noTime, ""));
    assertThat(read(deep)).isEqualTo(new AttemptError(Instant.EPOCH, 0, deep, ""));
    assertThat(read(null)).isEqualTo(new AttemptError(Instant.EPOCH, 0, "null", ""));
  }
}
