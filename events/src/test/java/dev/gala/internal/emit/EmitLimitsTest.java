package dev.gala.internal.emit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.Gala;
import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.event.Headers;
import dev.gala.event.Topic;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How large events may be. */
final class EmitLimitsTest {
  private static final EmitLimits LIMITS = new EmitLimits(8, 10);
  private static final String TEN = "12345678é";

  static Stream<Headers.Builder> headersOfTenBytes() {
    return Stream.of(
        Headers.builder().tags(List.of("12345", "67890")),
        Headers.builder().property("12345", "678é"),
        Headers.builder().unknown("12345", "678é"),
        Headers.builder().metadata(TEN),
        Headers.builder().uniqueKey(TEN),
        Headers.builder().idempotencyKey(TEN),
        Headers.builder().queue(TEN),
        Headers.builder().kind(TEN));
  }

  @ParameterizedTest
  @MethodSource("headersOfTenBytes")
  void everyTextOfTheHeadersCounts(Headers.Builder headers) {
    LIMITS.check("topic", headers.build(), "1");
    Headers larger = headers.tags(List.of("t")).build();
    assertThatThrownBy(() -> LIMITS.check("topic", larger, "1"))
        .isInstanceOfSatisfying(
            GalaException.class,
            refused -> {
              assertThat(refused.code()).isEqualTo(GalaError.DISPATCH_FAILED);
              assertThat(refused.data()).containsEntry("size", "11").containsEntry("limit", "10");
            })
        .hasMessageContaining("topic topic: nothing was stored: the headers would be 11 bytes")
        .hasMessageContaining("or raise headersLimit");
  }

  @Test
  void aPayloadCountsInBytes() {
    LIMITS.check("topic", Headers.none(), "\"éé12\"");
    assertThatThrownBy(() -> LIMITS.check("topic", Headers.none(), "\"😀é1\""))
        .isInstanceOfSatisfying(
            GalaException.class,
            refused -> assertThat(refused.code()).isEqualTo(GalaError.PAYLOAD_ENCODE_FAILED))
        .hasMessageContaining("the payload would be 9 bytes, the limit is 8");
  }

  @Test
  void aPayloadMayHaveAMebibyteIfNothingIsSaid() {
    Topic<String> topic = Topic.of("large", String.class);
    try (Gala gala = Gala.inMemory()) {
      gala.emit(topic, "x".repeat((1 << 20) - 2));
      assertThatThrownBy(() -> gala.emit(topic, "x".repeat((1 << 20) - 1)))
          .hasMessageContaining("would be 1048577 bytes, the limit is 1048576")
          .hasMessageContaining("emit a reference to it");
    }
  }
}
