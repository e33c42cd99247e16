package dev.gala.river.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
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

  /** Eight times the members cost about eight times as much: each character is looked at once. */
  @Test
  void manyMembersCostNoMoreEach() {
    String few = flat(4_000);
    String many = flat(32_000);
    assertThat((double) cost(many) / cost(few)).isLessThan(24);
    assertThat(RawMembers.of(many)).hasSize(32_000).containsEntry("name 31999", "31999");
  }

  private static String flat(int members) {
    return IntStream.range(0, members)
        .mapToObj(i -> "\"name " + i + "\":" + i)
        .collect(Collectors.joining(",", "{", "}"));
  }

  /** The least time of some runs: what other work on the machine adds is left out. */
  private static long cost(String object) {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 20; i++) {
      long begun = System.nanoTime();
      RawMembers.of(object);
      least = Math.min(least, System.nanoTime() - begun);
    }
    return least;
  }
}
