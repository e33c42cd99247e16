package dev.gala.river;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.job.HeartbeatConfig;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ClientIdTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.6789Z");

  @Test
  void hasRiversShapeAndRoom() {
    assertThat(ClientId.create(null, NOW))
        .matches("[^.]+_2026_01_02T03_04_05_678900_[0-9a-f]{8}")
        .hasSizeLessThanOrEqualTo(100);
  }

  @Test
  void aNameIsKeptAndMarkedWhereClientsLookAfterEachOther() {
    RiverConfig.Builder config = RiverConfig.builder().id("worker-0");
    assertThat(ClientId.of(config.build())).matches("worker-0_[0-9a-f]{8}");
    config.heartbeat(HeartbeatConfig.disabled());
    assertThat(ClientId.of(config.build())).isEqualTo("worker-0");
    assertThat(ClientId.of(config.id(null).build())).matches("[^.]+_[0-9a-f]{8}");
  }

  @Test
  void noTwoOfOneProcessAreEqual() {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      ids.add(ClientId.create(null, NOW));
      ids.add(ClientId.create("worker-0", NOW));
    }
    assertThat(ids).hasSize(200);
  }
}
