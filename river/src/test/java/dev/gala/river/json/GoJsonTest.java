package dev.gala.river.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GoJsonTest {
  @Test
  void quotesAsGoDoes() {
    assertThat(GoJson.quote("a/b<>&\"\\\b\f\n\r\t\u0001\u001f\u007f\u2028\u2029é😀"))
        .isEqualTo(
            "\"a/b\\u003c\\u003e\\u0026\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f\u007f\\u2028\\u2029é😀\"");
  }

  @Test
  void replacesLoneSurrogates() {
    assertThat(GoJson.quote("a\uD83Db\uDE00")).isEqualTo("\"a\\ufffdb\\ufffd\"");
    assertThat(GoJson.compact("\"a\uD83Db\"")).isEqualTo("\"a\\ufffdb\"");
  }

  @Test
  void compactsAndEscapesRawJson() {
    assertThat(
            GoJson.compact(
                " { \"b\" : [ 1.0 , 1E5,-0 ] ,\n\"a\":\"<\u2028\\u003C\\/ x\", \"a\" :{ } } "))
        .isEqualTo("{\"b\":[1.0,1E5,-0],\"a\":\"\\u003c\\u2028\\u003C\\/ x\",\"a\":{}}");
  }

  @Test
  void returnsTheSameTextWhereNothingChanges() {
    String json = "{\"a\":[1,true,false,null,\"x\"],\"b\":{}}";
    assertThat(GoJson.compact(json)).isSameAs(json);
    StringBuilder out = new StringBuilder("<");
    GoJson.compact(out, json);
    assertThat(out).hasToString("<" + json);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[1,]",
        "{\"a\"}",
        "{\"a\":}",
        "{a:1}",
        "01",
        "1.",
        ".5",
        "-",
        "1e",
        "+1",
        "tru",
        "nulll",
        "\"",
        "\"\\x\"",
        "\"\\u12g4\"",
        "\"\t\"",
        "1 2",
        "[1}",
        "{\"a\":1,}",
        "NaN"
      })
  void refusesWhatIsNotJson(String text) {
    assertThat(GoJson.isValid(text)).isFalse();
    assertThatThrownBy(() -> GoJson.compact(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("not JSON at character ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0", "-0.5e-7", "\"\"", "[]", "{}", "[[[]],{}]", " null\n", "\"\\u00e9\""})
  void acceptsJson(String text) {
    assertThat(GoJson.isValid(text)).isTrue();
  }

  @Test
  void readsDeepNestingUpToGosLimit() {
    assertThat(GoJson.isValid("[".repeat(10_000) + "1" + "]".repeat(10_000))).isTrue();
    assertThat(GoJson.isValid("[".repeat(10_001) + "1" + "]".repeat(10_001))).isFalse();
  }

  @Test
  void tellsObjects() {
    assertThat(GoJson.isObject(" {\"a\":1}")).isTrue();
    assertThat(GoJson.isObject("[]")).isFalse();
    assertThat(GoJson.isObject("{")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0.0, -0",
    "1, 1",
    "-1.5, -1.5",
    "0.1, 0.1",
    "100, 100",
    "123456.789, 123456.789",
    "1e20, 100000000000000000000",
    "1e21, 1e+21",
    "1.5e300, 1.5e+300",
    "1e-6, 0.000001",
    "1e-7, 1e-7",
    "1.25e-10, 1.25e-10",
    "4.9E-324, 5e-324",
    "9.9E-324, 1e-323",
    "1.7976931348623157E308, 1.7976931348623157e+308",
    "9007199254740993, 9007199254740992",
    "0.00123, 0.00123",
    "2.5e-5, 0.000025",
    "123456789012345680000, 123456789012345680000"
  })
  void writesDoublesAsGoDoes(double value, String expected) {
    assertThat(GoJson.number(value)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "0.1, 0.1",
    "1, 1",
    "16777216, 16777216",
    "1e20, 100000000000000000000",
    "1e21, 1e+21",
    "1e-7, 1e-7",
    "3.4028235E38, 3.4028235e+38",
    "1.4E-45, 1e-45",
    "-0.0, -0"
  })
  void writesFloatsAsGoDoes(float value, String expected) {
    assertThat(GoJson.number(value)).isEqualTo(expected);
  }

  @Test
  void refusesNumbersThatJsonHasNot() {
    assertThatThrownBy(() -> GoJson.number(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("NaN");
    assertThatThrownBy(() -> GoJson.number(Float.POSITIVE_INFINITY))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void ordersKeysByTheirUtf8Bytes() {
    List<String> keys = new ArrayList<>(List.of("\uFF5E", "😀", "b", "ab", "a", ""));
    keys.sort(GoJson.KEY_ORDER);
    assertThat(keys).containsExactly("", "a", "ab", "b", "\uFF5E", "😀");
  }
}
