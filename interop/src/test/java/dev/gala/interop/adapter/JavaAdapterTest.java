package dev.gala.interop.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.conformance.RiverPoint;
import dev.gala.interop.peer.Language;
import dev.gala.interop.peer.Peer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** This engine's adapter, over standard input and output. */
class JavaAdapterTest extends AdapterContract {
  private static final int INVALID_PARAMS = -32602;

  @Override
  Peer start(String name, String url) {
    return Peer.start(name, Language.java(Main.class.getName()), url);
  }

  @Test
  void aCancellationThatComesWhileAJobIsBeingClaimedCounts() {
    Peer peer = peer();
    startClient(peer, Map.of("claim_barrier", "claimed"));
    long id = insert(peer, "", "");
    tables.awaitState(id, "running");
    assertThat(peer.call("cancel", Map.of("id", id)).path("state").stringValue())
        .isEqualTo("running");
    // Heard after the cancellation, on the same connection.
    peer.call("queue", Map.of("action", "pause", "name", "default"));
    awaitEvent(peer, "queue_paused", 1);
    peer.call("release", Map.of("name", "claimed"));
    tables.awaitState(id, "cancelled");
    awaitEvent(peer, "job_cancelled", 1);
    assertThat(peer.call("stats").path("cancelled_at_start").intValue()).isEqualTo(1);
    peer.call("stop");
  }

  /** The suite is sure that nothing it says is passed over. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "cancel",
        "handshake",
        "insert",
        "list",
        "migrate",
        "queue",
        "release",
        "request_resign",
        "retry",
        "start",
        "stats",
        "stop",
        "tx_begin",
        "tx_end"
      })
  @RiverPoint(105)
  void knowsEveryMethodOfTheSuiteAndNoOtherParameters(String method) {
    assertCode(INVALID_PARAMS, () -> peer().call(method, Map.of("not_a_parameter", 1)));
  }

  @Test
  void knowsNoOtherOptionsOfAJob() {
    for (Map<String, ?> opts :
        List.of(Map.of("not_an_option", 1), Map.of("unique", Map.of("not_an_option", true)))) {
      Map<String, ?> job = Map.of("behavior", "", "duration_ms", 0, "message", "", "opts", opts);
      assertCode(INVALID_PARAMS, () -> insert(peer(), job));
    }
    assertThat(tables.value("select count(*) from river_job")).isEqualTo("0");
  }

  @Test
  void aResumedJobTellsWhatItFound() {
    Peer peer = peer();
    startClient(peer, Map.of("retry_delay_ms", 1, "fetch_poll_interval_ms", 100));
    long id = insert(peer, "resumable_cursor", "");
    tables.awaitState(id, "completed");
    JsonNode metadata = job(peer, id).path("metadata");
    assertThat(metadata.path("first_attempt").intValue()).isEqualTo(1);
    assertThat(metadata.path("cursor_observed").intValue()).isEqualTo(7);
    peer.call("stop");
  }

  @Test
  void whatAClientTellsBeginsAnewWithItsStart() {
    Peer peer = peer();
    startClient(peer, Map.of());
    insert(peer, "", "");
    awaitEvent(peer, "job_completed", 1);
    peer.call("stop");
    startClient(peer, Map.of());
    insert(peer, "", "");
    awaitEvent(peer, "job_completed", 1);
    assertThat(peer.call("stats").path("events").toString()).isEqualTo("[\"job_completed\"]");
    peer.call("stop");
  }

  @Test
  void thereIsADriverForPostgresAlone() throws Exception {
    var builder = new ProcessBuilder(Language.java(Main.class.getName()));
    builder.environment().put(Main.DRIVER, "sqlite");
    builder.environment().put(Main.DATABASE_URL, "file:nothing");
    Process process = builder.start();
    assertThat(process.errorReader(StandardCharsets.UTF_8).readLine())
        .isEqualTo(Main.DRIVER + " is sqlite: there is a driver for postgres alone");
    assertThat(process.waitFor()).isEqualTo(2);
  }
}
