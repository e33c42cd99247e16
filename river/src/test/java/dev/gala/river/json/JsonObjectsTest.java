package dev.gala.river.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JsonObjectsTest {
  record Holder(Object value, String name) {}

  private static final String DEEP = "[".repeat(9_999) + "]".repeat(9_999);
  private static final String LONG_NUMBER = "1".repeat(5_000);
  private static final String LONG_NAME = "n".repeat(60_000);
  private static final String LARGE =
      "{\"deep\":"
          + DEEP
          + ",\"number\":"
          + LONG_NUMBER
          + ",\""
          + LONG_NAME
          + "\":1e999,\"name\":\"x\",\"count\":7}";

  @Test
  void readsWhateverCouldBeStored() {
    assertThat(GoJson.isValid(LARGE)).isTrue();
    assertThat(JsonObjects.textAt(LARGE, "name")).isEqualTo("x");
    assertThat(JsonObjects.intAt(LARGE, "count", 0)).isEqualTo(7);
    Map<String, String> members = JsonObjects.members(LARGE);
    assertThat(members).containsOnlyKeys("deep", "number", LONG_NAME, "name", "count");
    assertThat(members.get("deep")).isEqualTo(DEEP);
    assertThat(members.get("number")).isEqualTo(LONG_NUMBER);
    assertThat(members.get(LONG_NAME)).isEqualTo("1e999");
  }

  @Test
  void argumentsHaveNoLimitsEither() {
    assertThat(JsonArgs.of(Holder.class).decode(LARGE).name()).isEqualTo("x");
    Holder holder =
        JsonArgs.of(Holder.class).decode("{\"value\":" + LONG_NUMBER + ",\"name\":\"y\"}");
    assertThat(holder.value()).hasToString(LONG_NUMBER);
  }

  @Test
  void whatDoesNotFitIsNotThere() {
    String json =
        " {\"a\" : \"x\", \"n\": 1.5, \"big\": 3000000000, \"a\": \"y\", \"o\": {\"a\": 1}} ";
    assertThat(JsonObjects.textAt(json, "a")).isEqualTo("y");
    assertThat(JsonObjects.textAt(json, "n")).isNull();
    assertThat(JsonObjects.textAt(json, "o")).isNull();
    assertThat(JsonObjects.intAt(json, "n", 9)).isEqualTo(9);
    assertThat(JsonObjects.intAt(json, "big", 9)).isEqualTo(9);
    assertThat(JsonObjects.intAt(json, "missing", 9)).isEqualTo(9);
    assertThat(JsonObjects.textAt("[1]", "a")).isNull();
    assertThat(JsonObjects.textAt("", "a")).isNull();
    assertThat(JsonObjects.textAt("{\"a\":\"x\"", "a")).isNull();
    assertThat(JsonObjects.textAt("{\"a\":\"x\"} 1", "a")).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|0",
        "{\"n\":2}|2",
        "{\"n\":2.9}|2",
        "{\"n\":1e3}|1000",
        "{\"n\":\"4\"}|4",
        "{\"n\":\"4.5\"}|0",
        "{\"n\":\"abc\"}|0",
        "{\"n\":\"99999999999999999999\"}|0",
        "{\"n\":1e999}|0",
        "{\"n\":false}|0",
        "{\"n\":null}|0",
        "{\"n\":[3]}|0",
        "[3]|0"
      })
  void readsCountersWhoeverWroteThem(String json, long counter) {
    assertThat(JsonObjects.counterAt(json, "n")).isEqualTo(counter);
  }

  @Test
  void givesMembersInTheOrderWrittenAndTexts() {
    Map<String, String> members =
        JsonObjects.members("{\"b\": {\"x\": [1, 2]}, \"a\": null, \"n\": 12 , \"s\": \"é\"}");
    assertThat(members.keySet()).containsExactly("b", "a", "n", "s");
    assertThat(members.values()).containsExactly("{\"x\":[1,2]}", "null", "12", "\"é\"");
    assertThat(JsonObjects.texts("[\"a\", \"b\"]")).containsExactly("a", "b");
  }

  @Test
  void showsTheBeginningOfWhatItCannotRead() {
    for (String bad :
        new String[] {"[" + "1,".repeat(5_000) + "1]", "{\"a\":" + "x".repeat(5_000)}) {
      assertThatThrownBy(() -> JsonObjects.members(bad))
          .isInstanceOf(IllegalArgumentException.class)
          .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300).endsWith("…"));
    }
    assertThatThrownBy(() -> JsonObjects.texts("[1]")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> JsonObjects.members("{} 1"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> JsonObjects.members("")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void wholeNumbersAreReadWithoutLoss() {
    assertThat(JsonObjects.longAt("{\"id\": 9223372036854775807}", "id")).isEqualTo(Long.MAX_VALUE);
    assertThat(JsonObjects.longAt("{\"id\":-1,\"x\":{\"id\":2}}", "id")).isEqualTo(-1);
    assertThat(JsonObjects.longAt("{\"id\":9223372036854775808}", "id")).isNull();
    assertThat(JsonObjects.longAt("{\"id\":1.0}", "id")).isNull();
    assertThat(JsonObjects.longAt("{\"id\":\"1\"}", "id")).isNull();
    assertThat(JsonObjects.longAt("{}", "id")).isNull();
    assertThat(JsonObjects.longAt("[1]", "id")).isNull();
  }
}
