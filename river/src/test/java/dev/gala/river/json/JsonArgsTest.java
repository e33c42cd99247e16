package dev.gala.river.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;

final class JsonArgsTest {
  @SuppressWarnings("ArrayRecordComponent")
  record Everything(
      String text,
      double number,
      Float small,
      double[] many,
      Instant at,
      OffsetDateTime there,
      Duration pause,
      byte[] bytes,
      Map<String, Object> map,
      List<String> list) {}

  record Small(boolean flag, int count, String name) {}

  private static final Everything EVERYTHING =
      new Everything(
          "a<b>&/\u2028\u0001é",
          1.0,
          1e-7f,
          new double[] {1, 1e21, 0.5},
          Instant.parse("2026-01-02T03:04:05.100Z"),
          OffsetDateTime.parse("2026-01-02T03:04:05+02:00"),
          Duration.ofMillis(1500),
          "hé?".getBytes(StandardCharsets.UTF_8),
          Map.of("z", 1.0, "a", "<"),
          List.of("x"));

  private static final String WRITTEN =
      "{\"text\":\"a\\u003cb\\u003e\\u0026/\\u2028\\u0001é\",\"number\":1,\"small\":1e-7,"
          + "\"many\":[1,1e+21,0.5],\"at\":\"2026-01-02T03:04:05.1Z\","
          + "\"there\":\"2026-01-02T03:04:05+02:00\",\"pause\":1500000000,\"bytes\":\"aMOpPw==\","
          + "\"map\":{\"a\":\"\\u003c\",\"z\":1},\"list\":[\"x\"]}";

  @Test
  void writesGosForm() {
    assertThat(JsonArgs.of(Everything.class).encode(EVERYTHING)).isEqualTo(WRITTEN);
    assertThat(GoMapper.shared().writeValueAsString(EVERYTHING)).isEqualTo(WRITTEN);
    assertThat(new String(GoMapper.shared().writeValueAsBytes(EVERYTHING), StandardCharsets.UTF_8))
        .isEqualTo(WRITTEN);
  }

  @Test
  void readsItBack() {
    Everything read = JsonArgs.of(Everything.class).decode(WRITTEN);
    assertThat(read).usingRecursiveComparison().ignoringFields("map").isEqualTo(EVERYTHING);
  }

  @Test
  void mendsLoneSurrogates() {
    assertThat(JsonArgs.of(Small.class).encode(new Small(true, 1, "\uD83D")))
        .isEqualTo("{\"flag\":true,\"count\":1,\"name\":\"\\ufffd\"}");
  }

  @Test
  void readsWhatGoLeavesOutAsZero() {
    assertThat(JsonArgs.of(Small.class).decode("{\"name\":\"x\",\"count\":null,\"more\":[1]}"))
        .isEqualTo(new Small(false, 0, "x"));
  }

  @Test
  void refusesArgumentsThatAreNoObject() {
    assertThatThrownBy(() -> JsonArgs.of(String.class).encode("x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no JSON object");
    assertThatThrownBy(() -> JsonArgs.of(Small.class).decode("null"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> JsonArgs.of(Small.class).decode("{}x"))
        .isInstanceOf(JacksonException.class);
    assertThatThrownBy(() -> JsonArgs.of(Everything.class).encode(nan()))
        .hasMessageContaining("NaN");
  }

  private static Everything nan() {
    double[] values = new double[1];
    Arrays.fill(values, Double.NaN);
    return new Everything("", 1, 1f, values, null, null, null, null, null, null);
  }
}
