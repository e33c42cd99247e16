package dev.gala.river.internal.periodic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.river.fake.TextJob;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.worker.PeriodicJob;
import dev.gala.river.worker.PeriodicJobHandle;
import dev.gala.river.worker.PeriodicSchedule;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PeriodicDefinitionsTest {
  private final PeriodicDefinitions definitions = new PeriodicDefinitions(Set.of("a", "b"));

  private static PeriodicJob<String> job(String kind) {
    return PeriodicJob.of(TextJob.of(kind), PeriodicSchedule.never(), () -> "{}");
  }

  private void assertRefused(RiverError code, String part, PeriodicJob<?>... jobs) {
    assertThatThrownBy(() -> definitions.add(List.of(jobs)))
        .isInstanceOfSatisfying(RiverException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(part);
  }

  @Test
  void handlesAreCountedUpAndNeverUsedAgain() {
    List<PeriodicJobHandle> first = definitions.add(List.of(job("a"), job("b")));
    definitions.clear();
    List<PeriodicJobHandle> second = definitions.add(List.of(job("a")));
    assertThat(first).containsExactly(new PeriodicJobHandle(1), new PeriodicJobHandle(2));
    assertThat(second).containsExactly(new PeriodicJobHandle(3));
    assertThat(definitions.remove(first.getFirst())).isFalse();
    assertThat(definitions.all()).containsOnlyKeys(new PeriodicJobHandle(3));
  }

  @Test
  void anIdIsTakenUntilItIsRemoved() {
    definitions.add(List.of(job("a").withId("one")));
    assertRefused(RiverError.PERIODIC_JOB_ALREADY_ADDED, "\"one\"", job("b").withId("one"));
    assertThat(definitions.removeById("one")).isTrue();
    assertThat(definitions.removeById("one")).isFalse();
    definitions.add(List.of(job("b").withId("one")));
    assertThat(definitions.all()).hasSize(1);
  }

  @Test
  void manyAreAddedAllOrNone() {
    definitions.add(List.of(job("a").withId("one")));
    assertRefused(
        RiverError.PERIODIC_JOB_ALREADY_ADDED, "one", job("a"), job("b").withId("one"), job("b"));
    assertRefused(
        RiverError.CONFIG_INVALID, "twice", job("a").withId("two"), job("b").withId("two"));
    assertRefused(RiverError.CONFIG_INVALID, "kind \"c\"", job("a"), job("c").withId("three"));
    assertThat(definitions.all()).hasSize(1);
  }

  @Test
  void everyChangeIsTold() {
    var told = new AtomicInteger();
    definitions.whenChanged(told::incrementAndGet);
    PeriodicJobHandle handle = definitions.add(List.of(job("a"))).getFirst();
    assertThat(told).hasValue(1);
    definitions.remove(handle);
    assertThat(told).hasValue(2);
    definitions.clear();
    assertThat(told).hasValue(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ab", "nightly-report", "a.b/c:d+e<f>[g]", "x\u00B7y", "_1"})
  void idsAreWordsOfRiversPattern(String id) {
    assertThat(job("a").withId(id).id()).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "-a", "a b", "a\n", "ä1", "a\"b"})
  void otherIdsAreRefused(String id) {
    assertThatThrownBy(() -> job("a").withId(id))
        .isInstanceOfSatisfying(
            RiverException.class, e -> assertThat(e.code()).isEqualTo(RiverError.CONFIG_INVALID))
        .hasMessageContaining("\"" + id + "\"");
  }

  @Test
  void anIdHasFewerThan128Bytes() {
    assertThat(job("a").withId("x".repeat(127)).id()).hasSize(127);
    assertThatThrownBy(() -> job("a").withId("x".repeat(128))).hasMessageContaining("127 bytes");
    assertThatThrownBy(() -> job("a").withId("x" + "\u00B7".repeat(64)))
        .hasMessageContaining("127 bytes");
  }
}
