package dev.gala.river;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ClientIdTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.6789Z");

  @Test
  void hasRiversShapeAndRoom() {
    assertThat(ClientId.create(NOW))
        .matches("[^.]+_2026_01_02T03_04_05_678900_\\d+")
        .hasSizeLessThanOrEqualTo(100);
  }

  @Test
  void noTwoOfOneProcessAreEqual() {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      ids.add(ClientId.create(NOW));
    }
    assertThat(ids).hasSize(1_000);
  }
}
