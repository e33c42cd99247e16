package dev.gala.interop.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.interop.peer.Language;
import dev.gala.interop.peer.Peer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** This engine's adapter, over standard input and output. */
class JavaAdapterTest extends AdapterContract {
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
