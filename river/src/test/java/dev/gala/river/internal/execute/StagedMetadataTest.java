package dev.gala.river.internal.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.fake.Rows;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import org.junit.jupiter.api.Test;

final class StagedMetadataTest {
  private final StagedMetadata staged = new StagedMetadata();

  @Test
  void nothingStagedIsNoPatch() {
    assertThat(staged.toJson()).isNull();
  }

  @Test
  void keysAreSortedAndQuotedAndTheLastValueWins() {
    staged.put("b", "1");
    staged.put("a\"\n", "{\"x\": [1, 2]}");
    staged.put("b", "null");
    assertThat(staged.toJson()).isEqualTo("{\"a\\\"\\n\":{\"x\": [1, 2]},\"b\":null}");
  }

  @Test
  @RiverPoint(68)
  void riversKeysAreRefusedToWorkers() {
    var attempt = Attempts.of(Rows.running(1, "k"));
    var context = Contexts.of(attempt);
    assertThatThrownBy(() -> context.setMetadata("river:log", "1"))
        .isInstanceOfSatisfying(
            RiverException.class, e -> assertThat(e.code()).isEqualTo(RiverError.CONFIG_INVALID))
        .hasMessageContaining("river:log");
    context.setMetadata("river", "1");
    assertThat(attempt.metadata().toJson()).isEqualTo("{\"river\":1}");
  }
}
