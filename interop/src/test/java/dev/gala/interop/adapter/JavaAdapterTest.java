package dev.gala.interop.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.interop.peer.Language;
import dev.gala.interop.peer.Peer;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

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
    JsonNode heard = peer.call("handshake");
    assertThat(heard.isObject()).isTrue();
    peer.call("release", Map.of("name", "claimed"));
    tables.awaitState(id, "cancelled");
    awaitEvent(peer, "job_cancelled", 1);
    assertThat(peer.call("stats").path("cancelled_at_start").intValue()).isEqualTo(1);
    peer.call("stop");
  }
}
