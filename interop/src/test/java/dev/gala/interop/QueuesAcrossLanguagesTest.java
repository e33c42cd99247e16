package dev.gala.interop;

import static dev.gala.interop.peer.Fleet.awaitEvents;
import static dev.gala.interop.peer.Fleet.insert;
import static dev.gala.interop.peer.Fleet.work;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.conformance.RiverPoint;
import dev.gala.interop.peer.Fleet;
import dev.gala.interop.peer.Language;
import dev.gala.interop.peer.Peer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** Queues that one side controls and the other works; and what each side is told. */
class QueuesAcrossLanguagesTest {
  private static final int RARELY = 60_000;

  @RegisterExtension private final Fleet fleet = new Fleet();

  @ParameterizedTest
  @EnumSource
  @RiverPoint(33)
  void anInsertWakesTheOtherAtOnce(Language inserter) {
    Peer from = fleet.start(inserter);
    Peer to = fleet.start(inserter.other());
    work(to, Map.of("fetch_poll_interval_ms", RARELY));
    // What was fetched at the start is over.
    long before = insert(to, "", "");
    fleet.tables().awaitState(before, "completed");
    long id = insert(from, "", "");
    fleet.tables().awaitState(id, "completed");
    assertThat(
            fleet
                .tables()
                .value(
                    "select attempted_at - created_at < interval '5 s' from river_job where id = "
                        + id))
        .isEqualTo("t");
  }

  @ParameterizedTest
  @CsvSource({
    "GO,other,false",
    "GO,*,false",
    "GO,other,true",
    "JAVA,other,false",
    "JAVA,*,false",
    "JAVA,other,true"
  })
  @RiverPoint({47, 48})
  void aPauseStopsTheOther(Language pausing, String paused, boolean pollOnly) {
    Peer control = fleet.start(pausing);
    Peer working = fleet.start(pausing.other());
    work(
        working,
        Map.of(
            "queues",
            List.of("default", "other"),
            "poll_only",
            pollOnly,
            "fetch_poll_interval_ms",
            pollOnly ? 100 : RARELY));
    control.call("queue", Map.of("action", "pause", "name", paused));
    boolean all = paused.equals("*");
    awaitEvents(working, "queue_paused", all ? 2 : 1);
    String since = fleet.tables().value("select paused_at from river_queue where name = 'other'");
    control.call("queue", Map.of("action", "pause", "name", paused));
    assertThat(fleet.tables().value("select paused_at from river_queue where name = 'other'"))
        .isEqualTo(since);

    long held = inQueue(control, "other");
    if (!all) {
      // It works its other queue meanwhile.
      fleet.tables().awaitState(inQueue(control, "default"), "completed");
    }
    assertThat(state(held)).isEqualTo("available");

    control.call("queue", Map.of("action", "resume", "name", paused));
    fleet.tables().awaitState(held, "completed");
    awaitEvents(working, "queue_resumed", all ? 2 : 1);
  }

  @ParameterizedTest
  @EnumSource
  @RiverPoint(48)
  void aQueueThatTheOtherPausedBeforeIsNotWorked(Language pausing) {
    Peer control = fleet.start(pausing);
    Peer working = fleet.start(pausing.other());
    var both = Map.of("queues", List.of("default", "other"), "fetch_poll_interval_ms", 100);
    work(working, both);
    control.call("queue", Map.of("action", "pause", "name", "other"));
    working.call("stop");
    long held = inQueue(control, "other");
    work(working, both);
    fleet.tables().awaitState(inQueue(control, "default"), "completed");
    assertThat(state(held)).isEqualTo("available");
    control.call("queue", Map.of("action", "resume", "name", "other"));
    fleet.tables().awaitState(held, "completed");
  }

  @ParameterizedTest
  @EnumSource
  void bothWorkKindsOfTheirOwnInOneQueue(Language first) {
    Peer one = fleet.start(first);
    Peer other = fleet.start(first.other());
    work(
        one,
        Map.of(
            "worker_kinds",
            List.of("conformance_echo_peer"),
            "fetch_only_known_kinds",
            true,
            "fetch_poll_interval_ms",
            100));
    work(
        other,
        Map.of(
            "worker_kinds",
            List.of("conformance_echo"),
            "fetch_only_known_kinds",
            true,
            "fetch_poll_interval_ms",
            100));
    var peers =
        Map.of(
            "kind",
            "conformance_echo_peer",
            "args",
            Map.of("behavior", "", "duration_ms", 0, "message", ""));
    for (int i = 0; i < 20; i++) {
      insert(one, "", "");
      insert(other, peers);
    }
    fleet.tables().await("select count(*) from river_job where state = 'completed'", 40);
    assertThat(
            fleet
                .tables()
                .column(
                    "select distinct kind || ' ' || attempt || ' ' || attempted_by[1] from"
                        + " river_job order by 1"))
        .containsExactlyInAnyOrder(
            "conformance_echo 1 " + other.name(), "conformance_echo_peer 1 " + one.name());
  }

  private String state(long id) {
    return fleet.tables().value("select state from river_job where id = " + id);
  }

  private static long inQueue(Peer peer, String queue) {
    JsonNode job =
        insert(
            peer,
            Map.of(
                "behavior", "", "duration_ms", 0, "message", "", "opts", Map.of("queue", queue)));
    return job.path("id").longValue();
  }
}
