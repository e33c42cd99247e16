package dev.gala.river.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import org.junit.jupiter.api.Test;

final class RawMembersTest {
  @Test
  void valuesAreCutOutAsTheyAre() {
    assertThat(
            RawMembers.of(
                "{\"a\":{\"x\":[1,{}]},\"b\":[],\"c\":\"},]\\\"\",\"d\":-1E400,\"e\":null,\"f\":{}}"))
        .containsExactly(
            entry("a", "{\"x\":[1,{}]}"),
            entry("b", "[]"),
            entry("c", "\"},]\\\"\""),
            entry("d", "-1E400"),
            entry("e", "null"),
            entry("f", "{}"));
    assertThat(RawMembers.of("{}")).isEmpty();
  }

  @Test
  void namesAreDecodedAndTheFirstOfEqualOnesCounts() {
    assertThat(
            RawMembers.of(
                "{\"\\u0061\\n\\/\\\\\\\"\":1,\"a\\n/\\\\\\\"\":2,\"\":3,\"\\ud83d\\ude00\":4}"))
        .containsExactly(entry("a\n/\\\"", "1"), entry("", "3"), entry("😀", "4"));
  }

  @Test
  void halvesOfCharactersInNamesAreReplaced() {
    assertThat(RawMembers.of("{\"\\ud83d\":1,\"x\\ude00y\":2}"))
        .containsExactly(entry("\uFFFD", "1"), entry("x\uFFFDy", "2"));
  }
}
