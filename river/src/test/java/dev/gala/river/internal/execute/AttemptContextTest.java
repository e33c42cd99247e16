package dev.gala.river.internal.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.fake.Rows;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AttemptContextTest {
  private static final int LARGEST = 32 * 1024 * 1024;

  private final Attempt attempt = Attempts.of(Rows.running(1, "k"));
  private final AttemptContext<String> context = Contexts.of(attempt);

  @Test
  void theLastOutputCounts() {
    context.recordOutput("1");
    context.recordOutput("{\"b\": [2]}");
    assertThat(attempt.metadata().toJson()).isEqualTo("{\"output\":{\"b\": [2]}}");
  }

  @Test
  @RiverPoint(68)
  void anOutputHasALimit() {
    String largest = "\"" + "x".repeat(LARGEST - 2) + "\"";
    context.recordOutput(largest);
    assertRefused(largest + " ");
    // One character fewer, and yet a byte more.
    assertRefused("\"" + "x".repeat(LARGEST - 4) + "\u20ac\"");
    assertThat(attempt.metadata().toJson()).isEqualTo("{\"output\":" + largest + "}");
  }

  @Test
  void soHasAnyMetadata() {
    String largest = "\"" + "x".repeat(LARGEST - 2) + "\"";
    context.setMetadata("k", largest);
    assertThatThrownBy(() -> context.setMetadata("k", largest + " "))
        .isInstanceOfSatisfying(
            RiverException.class, e -> assertThat(e.code()).isEqualTo(RiverError.PARAMS_INVALID))
        .hasMessageContaining("metadata key \"k\" has 33554433 bytes");
    assertThat(attempt.metadata().toJson()).isEqualTo("{\"k\":" + largest + "}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "x", "1 2"})
  void anOutputIsJson(String json) {
    assertRefused(json);
    assertThat(attempt.metadata().toJson()).isNull();
  }

  private void assertRefused(String json) {
    assertThatThrownBy(() -> context.recordOutput(json))
        .isInstanceOfSatisfying(
            RiverException.class, e -> assertThat(e.code()).isEqualTo(RiverError.PARAMS_INVALID));
  }
}
