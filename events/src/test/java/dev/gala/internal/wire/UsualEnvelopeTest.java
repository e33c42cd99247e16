package dev.gala.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.event.ContextSnapshot;
import dev.gala.event.Envelope;
import dev.gala.event.EventId;
import dev.gala.event.Headers;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The short way and the long one read the same. */
class UsualEnvelopeTest {
  private static final int ROUNDS = 50_000;

  private static final List<String> PAYLOADS =
      List.of(
          "{\"number\":1,\"note\":\"left at the door\"}",
          "null",
          "[]",
          "-1.5e3",
          "\"\\u003cb\\u003e\"",
          "{\"a\":{\"context_snapshot\":{}}}",
          "[{\"payload\":[1,2]},\"\u00fc\uD83D\uDE00\"]");

  private static final List<String> PIECES =
      List.of(
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          "\"",
          "\\",
          " ",
          "\n",
          "0",
          "e",
          "<",
          "\u2028",
          "\uD83D",
          "null",
          "\u0001",
          "\"id\":\"2\",",
          ",\"payload\":2",
          ",\"context_snapshot\":{}",
          "{}}",
          "\"queue\":\"q\",",
          ",\"x\":1");

  @Test
  void readsWhatIsMostlyWritten() {
    for (String payload : PAYLOADS) {
      for (List<String> listeners : List.of(List.<String>of(), List.of("a"), List.of("a", "b"))) {
        Envelope envelope = envelope(payload, listeners);
        assertThat(UsualEnvelope.read(EnvelopeWire.write(envelope))).isEqualTo(envelope);
      }
    }
  }

  @Test
  void leavesTheRestToTheLongWay() {
    Envelope envelope = envelope("1", List.of("a"));
    Headers queued = envelope.headers().toBuilder().queue("q").build();
    assertThat(UsualEnvelope.read(EnvelopeWire.write(envelope.withHeaders(queued)))).isNull();
    assertThat(UsualEnvelope.read(EnvelopeWire.write(envelope.withTopic("a\"b")))).isNull();
    assertThat(UsualEnvelope.read(EnvelopeWire.write(envelope) + " ")).isNull();
    assertThat(UsualEnvelope.read("")).isNull();
  }

  @Test
  void neverReadsAnythingElseThanTheLongWay() {
    var random = new Random(20_261_126);
    int read = 0;
    for (int i = 0; i < ROUNDS; i++) {
      String json = changed(random, EnvelopeWire.write(generated(random)));
      read += isReadAlike(json) ? 1 : 0;
    }
    assertThat(read).isGreaterThan(ROUNDS / 10);
  }

  private static boolean isReadAlike(String json) {
    @Nullable Envelope usual;
    try {
      usual = UsualEnvelope.read(json);
    } catch (DateTimeException noTime) {
      assertThatThrownBy(() -> EnvelopeReader.read(json)).as(json).hasMessage(noTime.getMessage());
      return false;
    }
    if (usual == null) {
      return false;
    }
    assertThat(EnvelopeReader.read(json)).as(json).isEqualTo(usual);
    return true;
  }

  private static String changed(Random random, String json) {
    var changed = new StringBuilder(json);
    for (int changes = random.nextInt(3); changes > 0; changes--) {
      int from = random.nextInt(changed.length());
      int to = Math.min(changed.length(), from + random.nextInt(3));
      changed.replace(from, to, PIECES.get(random.nextInt(PIECES.size())));
    }
    return changed.toString();
  }

  private static Envelope generated(Random random) {
    List<String> names = List.of("a", "listener-1", "\u00fc");
    return envelope(
        PAYLOADS.get(random.nextInt(PAYLOADS.size())),
        names.subList(0, random.nextInt(names.size() + 1)));
  }

  private static Envelope envelope(String payload, List<String> listeners) {
    return new Envelope(
        new EventId("01M8B3VKQ11EF47AWECJ3EVZ1P"),
        "order.confirmed",
        Instant.parse("2026-01-02T03:04:05.678Z"),
        Headers.builder().listeners(listeners).build(),
        payload,
        ContextSnapshot.empty());
  }
}
