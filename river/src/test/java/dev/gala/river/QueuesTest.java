package dev.gala.river;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.fake.FakeDriver;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.job.Tx;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused before the database is asked. */
final class QueuesTest {
  private final Queues queues = new FakeDriver().database().queues();

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 10_001})
  @RiverPoint(81)
  void limitsOutOfBounds(int limit) {
    assertThat(refused(() -> queues.list(limit, Tx.own())))
        .hasMessageContaining("limit is " + limit);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "1", "null", "{"})
  void metadataThatAreNoObject(String metadata) {
    assertThat(refused(() -> queues.update("mail", metadata)))
        .hasMessageContaining("\"mail\"")
        .hasMessageContaining("JSON object");
  }

  private static RiverException refused(ThrowingCallable call) {
    var refused = catchThrowableOfType(RiverException.class, call);
    assertThat(refused.code()).isEqualTo(RiverError.PARAMS_INVALID);
    return refused;
  }
}
