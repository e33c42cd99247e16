package dev.gala.river.fake;

import dev.gala.river.driver.Migration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Which versions of the tables a {@link FakeDriver} claims to have. */
final class FakeMigrations {
  private final Signal signal;
  private final Map<String, List<Integer>> applied = new HashMap<>();

  FakeMigrations(Signal signal) {
    this.signal = signal;
    applied.put("main", List.of(1, 2, 3, 4, 5, 6, 7));
    applied.put("gala", List.of(1));
  }

  static List<Migration> known(String line) {
    int newest =
        switch (line) {
          case "main" -> 7;
          case "gala" -> 1;
          default -> 0;
        };
    return IntStream.rangeClosed(1, newest)
        .mapToObj(v -> new Migration(v, "version " + v))
        .toList();
  }

  List<Integer> applied(String line) {
    return signal.look(() -> applied.getOrDefault(line, List.of()));
  }

  void applied(String line, List<Integer> versions) {
    signal.change(() -> applied.put(line, versions));
  }

  boolean apply(String line, Migration migration) {
    return signal.look(
        () -> {
          applied.merge(
              line,
              List.of(migration.version()),
              (before, one) -> Stream.concat(before.stream(), one.stream()).toList());
          return true;
        });
  }

  boolean revert(String line, Migration migration) {
    return signal.look(
        () -> {
          List<Integer> before = applied.getOrDefault(line, List.of());
          applied.put(
              line, before.stream().filter(version -> version != migration.version()).toList());
          return before.contains(migration.version());
        });
  }
}
