package dev.gala.interop;

import static dev.gala.interop.peer.Fleet.insert;
import static dev.gala.interop.peer.Fleet.job;
import static dev.gala.interop.peer.Fleet.work;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.conformance.RiverPoint;
import dev.gala.interop.peer.Fleet;
import dev.gala.interop.peer.Language;
import dev.gala.interop.peer.Peer;
import dev.gala.interop.peer.Peer.Told;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What one side inserts the other works, and finds as it was written. */
class JobsAcrossLanguagesTest {
  private static final String RICH =
      """
      {"number":9007199254740993,"text":"<Ä & \\u2028\\n\\t\\"\\\\ 😀>","ratio":1e-7,"bytes":"AAH/","list":["a","",
      "é"],"names":{"b":"1","a":"2"},"at":"2026-02-03T04:05:06.789012Z","nested":{"zulu":-1,
      "alpha":"x","inner":{"zulu":9223372036854775807,"alpha":"","inner":null}}}
      """;
  private static final String EMPTY =
      """
      {"number":0,"text":"","ratio":0,"bytes":null,"list":null,"names":null,"at":null,"nested":null}
      """;
  private static final JsonMapper JSON = JsonMapper.shared();

  @RegisterExtension private final Fleet fleet = new Fleet();

  @ParameterizedTest
  @EnumSource
  @RiverPoint(20)
  void argumentsMetadataAndTagsMeanTheSame(Language inserter) {
    Peer from = fleet.start(inserter);
    Peer to = fleet.start(inserter.other());
    work(to, Map.of("worker_kinds", List.of("interop_rich")));
    String metadata = "{\"é\":[1,{\"b\":null}],\"n\":12345678901234567890.5}";
    for (String args : List.of(RICH, EMPTY)) {
      JsonNode row =
          from.ask(
                  "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"insert\",\"params\":{\"jobs\":[{\"kind\":"
                      + "\"interop_rich\",\"args\":"
                      + args.replace("\n", "")
                      + ",\"opts\":{\"metadata\":"
                      + metadata
                      + ",\"tags\":[\"tag-one\",\"two\"]}}]}}")
              .path("result")
              .path("results")
              .path(0)
              .path("job");
      Told worked = to.await("worked", row.path("id").longValue());
      assertThat(worked.details().path("args")).isEqualTo(JSON.readTree(args));
      assertThat(worked.details().path("metadata")).isEqualTo(JSON.readTree(metadata));
      assertThat(worked.details().path("tags").toString()).isEqualTo("[\"tag-one\",\"two\"]");
    }
  }

  @ParameterizedTest
  @EnumSource
  @RiverPoint({53, 54})
  void failuresAreReadByTheOther(Language worker) {
    Peer working = fleet.start(worker);
    Peer reading = fleet.start(worker.other());
    work(working, Map.of("retry_delay_ms", 60_000));
    long id = insert(reading, "error", "");
    fleet.tables().awaitState(id, "retryable");
    JsonNode seen = job(reading, id);
    JsonNode error = seen.path("errors").path(0);
    assertThat(error.path("error").stringValue()).isEqualTo("conformance retryable error");
    assertThat(error.path("attempt").intValue()).isEqualTo(1);
    assertThat(error.path("at").stringValue().substring(0, 19))
        .isLessThanOrEqualTo(seen.path("scheduled_at").stringValue().substring(0, 19));
    assertThat(seen.path("attempted_by").toString()).isEqualTo("[\"" + working.name() + "\"]");
    assertThat(seen).isEqualTo(job(working, id));
  }

  @ParameterizedTest
  @EnumSource
  @RiverPoint(68)
  void outputsAreReadByTheOther(Language worker) {
    Peer working = fleet.start(worker);
    Peer reading = fleet.start(worker.other());
    work(working, Map.of());
    long id = insert(reading, "output", "<é>");
    fleet.tables().awaitState(id, "completed");
    assertThat(reading.call("output", Map.of("id", id)).path("output").toString())
        .isEqualTo("{\"message\":\"<é>\"}");
    working.call("output", Map.of("id", id, "output", List.of(1, "later")));
    assertThat(reading.call("output", Map.of("id", id)).path("output").toString())
        .isEqualTo("[1,\"later\"]");
  }

  @ParameterizedTest
  @EnumSource
  @RiverPoint(70)
  void stepsThatOneSideHasDoneTheOtherSkips(Language first) {
    Peer one = fleet.start(first);
    Peer other = fleet.start(first.other());
    long id = insert(one, "resumable_cursor", "");
    failsOnceMore(one, id);
    assertThat(job(other, id).path("metadata").path("river:resumable_cursor").toString())
        .isEqualTo("{\"second\":7}");
    failsOnceMore(other, id);
    other.call("retry", Map.of("id", id));
    work(one, Map.of());
    fleet.tables().awaitState(id, "completed");
    assertThat(steps(one)).containsExactly("1 first", "1 second", "3 third");
    assertThat(steps(other)).containsExactly("2 second 7", "2 third");
    assertThat(job(one, id).path("attempted_by").toString())
        .isEqualTo("[\"%s\",\"%s\",\"%s\"]".formatted(one.name(), other.name(), one.name()));
  }

  private void failsOnceMore(Peer peer, long id) {
    peer.call("retry", Map.of("id", id));
    work(peer, Map.of("retry_delay_ms", 60_000));
    fleet.tables().awaitState(id, "retryable");
    peer.call("stop");
  }

  /** Attempt, step and, where an earlier attempt left one, cursor. */
  private static List<String> steps(Peer peer) {
    return peer.told("step").stream()
        .map(Told::details)
        .map(
            said -> {
              String step = said.path("attempt") + " " + said.path("step").stringValue();
              int cursor = said.path("cursor").asInt(0);
              return cursor == 0 ? step : step + " " + cursor;
            })
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  @RiverPoint(74)
  void aRunningJobIsCancelledByTheOther(Language worker) {
    Peer working = fleet.start(worker);
    Peer cancelling = fleet.start(worker.other());
    work(working, Map.of());
    long gives = insert(cancelling, "cooperative_cancel", "");
    long goesOn = insert(cancelling, "barrier_stubborn", "gate");
    working.await("begun", gives);
    working.await("begun", goesOn);
    for (long id : List.of(gives, goesOn)) {
      assertThat(cancelling.call("cancel", Map.of("id", id)).path("state").stringValue())
          .isEqualTo("running");
    }
    fleet.tables().awaitState(gives, "cancelled");
    assertThat(job(cancelling, gives).path("errors").path(0).path("error").stringValue())
        .isEqualTo("JobCancelError: job cancelled remotely");
    working.call("release", Map.of("name", "gate"));
    fleet.tables().awaitState(goesOn, "completed");
    assertThat(job(cancelling, goesOn).path("errors").size()).isZero();
    assertThat(job(cancelling, goesOn).path("metadata").has("cancel_attempted_at")).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void whatTheOtherRetriesIsWorkedAgain(Language worker) {
    Peer working = fleet.start(worker);
    Peer retrying = fleet.start(worker.other());
    work(working, Map.of("fetch_poll_interval_ms", 100));
    long cancelled = insert(retrying, "cancel", "");
    long discarded =
        insert(
                retrying,
                Map.of(
                    "behavior",
                    "error",
                    "duration_ms",
                    0,
                    "message",
                    "",
                    "opts",
                    Map.of("max_attempts", 1)))
            .path("id")
            .longValue();
    fleet.tables().awaitState(cancelled, "cancelled");
    fleet.tables().awaitState(discarded, "discarded");
    assertThat(retrying.call("retry", Map.of("id", cancelled)).path("max_attempts").intValue())
        .isEqualTo(25);
    assertThat(retrying.call("retry", Map.of("id", discarded)).path("max_attempts").intValue())
        .isEqualTo(2);
    fleet.tables().await("select attempt from river_job where id = " + discarded, 2);
    fleet.tables().awaitState(discarded, "discarded");
    fleet.tables().await("select attempt from river_job where id = " + cancelled, 2);
    fleet.tables().awaitState(cancelled, "cancelled");
    assertThat(job(retrying, cancelled).path("errors").size()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource
  void snoozesAndAttemptsAreCountedAlike(Language first) {
    Peer one = fleet.start(first);
    Peer other = fleet.start(first.other());
    long id =
        insert(one, Map.of("behavior", "snooze_once", "duration_ms", 60_000, "message", ""))
            .path("id")
            .longValue();
    work(one, Map.of());
    fleet.tables().awaitState(id, "scheduled");
    one.call("stop");
    assertThat(job(other, id).path("attempt").intValue()).isZero();
    other.call("retry", Map.of("id", id));
    work(other, Map.of());
    fleet.tables().awaitState(id, "completed");
    assertThat(job(one, id).path("attempt").intValue()).isEqualTo(1);
    assertThat(job(one, id).path("metadata").toString()).isEqualTo("{\"snoozes\":1}");
  }
}
