package dev.gala.durable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.Gala;
import dev.gala.event.Emission;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Several processes on one database. */
class ProcessesTest {
  private static final int EVENTS = 5_000;
  private static final int BATCH = 500;

  @RegisterExtension private final Durable durable = new Durable();

  @Test
  void aRollingDeployLosesNothingAndRepeatsNothing() throws Exception {
    try (Node newer = node("a", "b")) {
      newer.tell("emit");
      try (Node older = node("a")) {
        older.tell("start");
        rows()
            .await(
                "a deferral",
                "(select metadata ->> 'gala:deferred' is not null and state <> 'running' from river_job)");
        assertThat(older.handled()).hasSize(1).first().asString().endsWith(" a");
        assertThat(rows().value("select attempt::text || (errors is null) from river_job"))
            .isEqualTo("0true");
      }
      newer.tell("start");
      rows().hurry();
      rows().awaitState("completed");
      newer.tell("stop");
      assertThat(newer.handled()).hasSize(1).first().asString().endsWith(" b");
    }
    assertThat(rows().value("select attempt::text || (errors is null) from river_job"))
        .isEqualTo("1true");
  }

  /** The payload changes from one release to the next while both work one queue. */
  @Test
  void twoReleasesSideBySideLoseNothingAndFailNothing() throws Exception {
    int each = 20;
    try (Node newer = Node.start(Node.Release.NEW, durable.database().url(), "a")) {
      try (Node older = node("a")) {
        older.tell("start");
        newer.tell("start");
        for (int i = 0; i < each; i++) {
          older.tell("emit");
          newer.tell("emit");
        }
        older.tell("stop");
        assertThat(older.handled()).as("of its own form only").noneMatch(h -> h.contains(" in "));
        assertThat(rows().jobs("errors is not null")).isZero();
        rows().hurry();
        rows().await("all to end", "not exists (select from river_job where state <> 'completed')");
        newer.tell("stop");
        assertThat(older.handled().size() + newer.handled().size()).isEqualTo(2 * each);
      }
      List<String> now = newer.handled();
      assertThat(now).filteredOn(h -> h.endsWith(" a in CHF")).hasSize(each);
      assertThat(now).allMatch(h -> h.endsWith(" a in CHF") || h.endsWith(" a in EUR"));
    }
    assertThat(rows().jobs("attempt <> 1 or errors is not null")).isZero();
  }

  @Test
  void aProcessThatOnlyEmitsNeedsNoListeners() throws Exception {
    try (Node emitter = node()) {
      emitter.tell("emit");
    }
    try (Node worker = node("a")) {
      worker.tell("start");
      worker.awaitHandled(1);
      worker.tell("stop");
    }
    assertThat(rows().value("select state::text || attempt from river_job"))
        .isEqualTo("completed1");
  }

  @Test
  void twoProcessesShareTheWorkAndOneOfThemDies() throws Exception {
    rows().execute("alter table river_job disable trigger signal_change");
    Gala emitter = durable.gala();
    for (String listener : List.of("a", "b")) {
      emitter.on(Order.PLACED, listener, (event, context) -> {});
    }
    try (Node survivor = node("a", "b");
        Node victim = node("a", "b")) {
      survivor.tell("start");
      victim.tell("start");
      emit(emitter, EVENTS);
      awaitNoneWaiting();
      rows()
          .await("the last ends", "not exists (select from river_job where state <> 'completed')");
      assertEachOnce(survivor, victim, EVENTS);
      assertThat(rows().jobs("attempt <> 1 or errors is not null")).isZero();
      Set<String> victimsIds = clientIds(victim);
      assertThat(victimsIds).as("both had a share").hasSize(1);
      assertThat(clientIds(survivor)).hasSize(1).doesNotContainAnyElementsOf(victimsIds);

      int before = victim.handled().size();
      victim.awaitHandled(before);
      emit(emitter, EVENTS / 2);
      victim.awaitHandled(100);
      victim.kill();
      emit(emitter, EVENTS / 2);
      awaitNoneWaiting();
      survivor.tell("stop");

      List<String> running =
          rows().column("select metadata ->> 'event_id' from river_job where state = 'running'");
      assertThat(
              rows()
                  .column(
                      "select distinct attempted_by::text from river_job where state = 'running'"))
          .as("only what the killed one had claimed is left running")
          .isSubsetOf(victimsIds);
      assertThat(rows().jobs("state = 'completed'")).isEqualTo(2 * EVENTS - running.size());
      List<String> handled =
          Stream.concat(survivor.handled().stream(), victim.handled().stream()).toList();
      assertThat(handled).as("nothing is doubled").doesNotHaveDuplicates();
      assertThat(running)
          .as("beyond its slots only what it had handled and not yet written")
          .filteredOn(e -> !handled.contains(e + " a") || !handled.contains(e + " b"))
          .hasSizeLessThanOrEqualTo(20);
      assertThat(withoutEventsOf(handled, running))
          .as("nothing else is lost")
          .hasSize(2 * (2 * EVENTS - running.size()));
      assertThat(withoutEventsOf(survivor.handled(), running)).hasSameSizeAs(survivor.handled());
    }
  }

  private void assertEachOnce(Node one, Node other, int events) throws Exception {
    List<String> handled = Stream.concat(one.handled().stream(), other.handled().stream()).toList();
    Set<String> expected = new HashSet<>();
    for (String id : rows().column("select metadata ->> 'event_id' from river_job")) {
      expected.add(id + " a");
      expected.add(id + " b");
    }
    assertThat(handled).hasSize(2 * events);
    assertThat(new HashSet<>(handled)).isEqualTo(expected);
  }

  /** As they stand in the rows of what it handled. */
  private Set<String> clientIds(Node node) throws Exception {
    String[] events = node.handled().stream().map(ProcessesTest::event).toArray(String[]::new);
    return new HashSet<>(
        rows()
            .column(
                "select distinct attempted_by::text from river_job"
                    + " where metadata ->> 'event_id' = any (string_to_array(?, ','))",
                String.join(",", events)));
  }

  private static String event(String handled) {
    return handled.substring(0, handled.indexOf(' '));
  }

  private static List<String> withoutEventsOf(List<String> handled, List<String> events) {
    Set<String> left = Set.copyOf(events);
    return handled.stream().filter(h -> !left.contains(event(h))).collect(Collectors.toList());
  }

  private static void emit(Gala emitter, int count) {
    for (int from = 0; from < count; from += BATCH) {
      var batch = new ArrayList<Emission<?>>();
      for (int i = from; i < from + BATCH; i++) {
        batch.add(Emission.of(Order.PLACED, new Order("o-" + i, i)));
      }
      emitter.emitAll(batch);
    }
  }

  private void awaitNoneWaiting() throws Exception {
    rows()
        .await(
            "all to be claimed",
            "not exists (select from river_job where state in ('available', 'retryable',"
                + " 'scheduled'))");
  }

  private Node node(String... listeners) throws Exception {
    return Node.start(durable.database().url(), listeners);
  }

  private Rows rows() {
    return durable.rows();
  }
}
