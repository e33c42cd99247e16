package dev.gala.river.fake;

import dev.gala.river.driver.Migration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Which versions of River's tables a {@link FakeDriver} claims to have. */
final class FakeMigrations {
  private final Signal signal;
  private List<Integer> applied = List.of(1, 2, 3, 4, 5, 6, 7);

  FakeMigrations(Signal signal) {
    this.signal = signal;
  }

  List<Migration> known() {
    return IntStream.rangeClosed(1, 7).mapToObj(v -> new Migration(v, "version " + v)).toList();
  }

  List<Integer> applied() {
    return signal.look(() -> applied);
  }

  void applied(List<Integer> versions) {
    signal.change(() -> applied = versions);
  }

  boolean apply(Migration migration) {
    return signal.look(
        () -> {
          var now = new ArrayList<>(applied);
          now.add(migration.version());
          applied = List.copyOf(now);
          return true;
        });
  }

  boolean revert(Migration migration) {
    return signal.look(
        () -> {
          var now = new ArrayList<>(applied);
          boolean was = now.removeIf(version -> version == migration.version());
          applied = List.copyOf(now);
          return was;
        });
  }
}
