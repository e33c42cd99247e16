package dev.gala.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.event.ContextSnapshot;
import dev.gala.event.Envelope;
import dev.gala.event.EventId;
import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.event.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EnvelopeWireTest {
  private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");

  @TestFactory
  Stream<DynamicTest> writesRecordedEnvelopesAsTheyWere() throws IOException {
    return recorded()
        .map(
            file ->
                DynamicTest.dynamicTest(
                    file.getParent().getFileName() + "/" + file.getFileName(),
                    () -> {
                      byte[] bytes = Files.readAllBytes(file);
                      assertThat(EnvelopeWire.writeBytes(EnvelopeWire.read(bytes)))
                          .asString(StandardCharsets.UTF_8)
                          .isEqualTo(new String(bytes, StandardCharsets.UTF_8));
                    }));
  }

  @Test
  void readsEveryField() throws IOException {
    Envelope envelope = read("go/full.json");
    assertThat(envelope.id()).isEqualTo(EventId.of("01JGFJJZ8000000000000000A1"));
    assertThat(envelope.topic()).isEqualTo("billing.invoice.created");
    assertThat(envelope.occurredAt()).isEqualTo(AT.plusMillis(120));
    Headers headers = envelope.headers();
    assertThat(headers.idempotencyKey()).isEqualTo("k-1");
    assertThat(headers.properties()).hasSize(6).containsEntry("a", "<first>&");
    assertThat(headers.tags()).containsExactly("one", "two_2");
    assertThat(headers.listeners()).hasSize(2);
    assertThat(headers.queue()).isEqualTo("events");
    assertThat(headers.maxAttempts()).isEqualTo(7);
    assertThat(headers.scheduledAt()).isEqualTo("2026-07-01T12:00:00.5+02:00");
    assertThat(headers.scheduledTime()).isEqualTo(Instant.parse("2026-07-01T10:00:00.5Z"));
    assertThat(envelope.payload()).startsWith("{\"b\":1.0,").endsWith("\u007f\"}");
    assertThat(envelope.contextSnapshot().values())
        .containsEntry("b", "null")
        .containsEntry("a", "[1,2]");
    assertThat(envelope.contextSnapshot().flags()).containsEntry("workflow_bypass", true);
  }

  @Test
  void readsFieldsOfLaterReleases() throws IOException {
    Headers known = read("later/known.json").headers();
    assertThat(known.kind()).isEqualTo("gala.mutation");
    assertThat(known.uniqueKey()).isEqualTo("invoice:1");
    assertThat(known.skipUniqueKey()).isTrue();
    assertThat(known.uniqueOnce()).isTrue();
    assertThat(known.metadata()).isEqualTo("{\"a\":[1.50,\"\\u003c\"],\"b\":null}");
    Envelope unknown = read("later/unknown.json");
    assertThat(unknown.unknown()).containsOnlyKeys("sequence", "signature");
    assertThat(unknown.headers().unknown()).containsEntry("weight", "1.0").hasSize(2);
    assertThat(unknown.contextSnapshot().unknown()).containsEntry("origin", "\"go\"").hasSize(2);
  }

  @Test
  void keepsUnknownFieldsWhereHeadersChange() throws IOException {
    Envelope read = read("later/unknown.json");
    Envelope changed = read.withHeaders(read.headers().toBuilder().queue("other").build());
    assertThat(EnvelopeWire.write(changed))
        .contains("\"queue\":\"other\",\"trace\":{\"x\":[1,2,{\"y\":\"\\u0026\"}]},\"weight\":1.0}")
        .endsWith("\"sequence\":12,\"signature\":\"a\\u003cb\"}");
  }

  @Test
  void takesNullAndMissingAsEmpty() {
    Envelope envelope =
        EnvelopeWire.read(
            "{\"id\":null,\"topic\":null,\"occurred_at\":null,\"headers\":{\"queue\":null,"
                + "\"tags\":[null],\"properties\":{\"a\":null},\"max_attempts\":null},"
                + "\"context_snapshot\":null}");
    assertThat(EnvelopeWire.write(envelope))
        .isEqualTo(
            "{\"id\":\"\",\"topic\":\"\",\"occurred_at\":\"0001-01-01T00:00:00Z\","
                + "\"headers\":{\"properties\":{\"a\":\"\"},\"tags\":[\"\"]},"
                + "\"payload\":null,\"context_snapshot\":{}}");
  }

  @Test
  void compactsAndEscapesThePayload() {
    Envelope envelope = Envelope.of("t", " { \"a\" : \"<\" } ", AT);
    assertThat(EnvelopeWire.write(envelope)).contains("\"payload\":{\"a\":\"\\u003c\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{",
        "{}{}",
        "{\"id\":1}",
        "{\"occurred_at\":\"yesterday\"}",
        "{\"headers\":[]}",
        "{\"headers\":{\"tags\":\"a\"}}",
        "{\"headers\":{\"max_attempts\":\"3\"}}",
        "{\"headers\":{\"max_attempts\":1.5}}",
        "{\"headers\":{\"scheduled_at\":\"soon\"}}",
        "{\"headers\":{\"unique_once\":1}}",
        "{\"payload\":}"
      })
  void refusesWhatIsNoEnvelope(String json) {
    assertThatThrownBy(() -> EnvelopeWire.read(json))
        .isInstanceOfSatisfying(
            GalaException.class,
            e -> assertThat(e.code()).isEqualTo(GalaError.RIVER_ENVELOPE_DECODE_FAILED))
        .hasMessageStartingWith("gala: river envelope decode failed: ");
  }

  @Test
  void refusesToWriteWhatIsNotJson() {
    assertThatThrownBy(() -> EnvelopeWire.write(Envelope.of("t", "{oops", AT)))
        .isInstanceOfSatisfying(
            GalaException.class,
            e -> {
              assertThat(e.code()).isEqualTo(GalaError.RIVER_ENVELOPE_ENCODE_FAILED);
              assertThat(e.data()).containsEntry("topic", "t");
            });
  }

  @Test
  void readsLargePayloads() {
    String payload = "[\"" + "x".repeat(3_000_000) + "\"]";
    Envelope envelope = Envelope.of("t", payload, AT);
    assertThat(EnvelopeWire.read(EnvelopeWire.write(envelope))).isEqualTo(envelope);
  }

  @Test
  void roundTripsWhateverIsGenerated() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      Envelope envelope = generated(random);
      String json = EnvelopeWire.write(envelope);
      Envelope read = EnvelopeWire.read(json.getBytes(StandardCharsets.UTF_8));
      assertThat(read).as("seed %d, round %d", seed, i).isEqualTo(envelope);
      assertThat(EnvelopeWire.write(read)).as("seed %d, round %d", seed, i).isEqualTo(json);
    }
  }

  private static Envelope generated(Random random) {
    Headers.Builder headers =
        Headers.builder()
            .idempotencyKey(text(random))
            .properties(texts(random))
            .tags(List.copyOf(texts(random).values()))
            .listeners(List.copyOf(texts(random).keySet()))
            .queue(text(random))
            .maxAttempts(random.nextInt(3))
            .kind(text(random))
            .uniqueKey(text(random))
            .skipUniqueKey(random.nextBoolean())
            .uniqueOnce(random.nextBoolean())
            .metadata(random.nextBoolean() ? null : json(random, 3));
    if (random.nextBoolean()) {
      headers.scheduledAt(time(random));
    }
    raws(random, "later-").forEach(headers::unknown);
    Map<String, Boolean> flags = new HashMap<>();
    texts(random).keySet().forEach(flag -> flags.put(flag, random.nextBoolean()));
    return new Envelope(
        new EventId(text(random)),
        text(random),
        time(random),
        headers.build(),
        json(random, 4),
        new ContextSnapshot(raws(random, ""), flags, raws(random, "later-")),
        raws(random, "later-"));
  }

  private static Instant time(Random random) {
    int nanos = random.nextInt(3) == 0 ? 0 : random.nextInt(1_000_000_000);
    return Instant.ofEpochSecond(random.nextLong(-60_000_000_000L, 250_000_000_000L), nanos);
  }

  private static Map<String, String> texts(Random random) {
    Map<String, String> texts = new HashMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      texts.put(text(random), text(random));
    }
    return texts;
  }

  private static Map<String, String> raws(Random random, String prefix) {
    Map<String, String> raws = new HashMap<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      raws.put(prefix + text(random), json(random, 2));
    }
    return raws;
  }

  /** Compact JSON with Go's escapes, as written. */
  private static String json(Random random, int depth) {
    return switch (random.nextInt(depth == 0 ? 4 : 6)) {
      case 0 -> "null";
      case 1 -> random.nextBoolean() ? "true" : "1.50E+3";
      case 2 -> Integer.toString(random.nextInt());
      case 3 -> dev.gala.river.json.GoJson.quote(text(random));
      case 4 -> "[" + json(random, depth - 1) + "," + json(random, depth - 1) + "]";
      default -> "{\"k\":" + json(random, depth - 1) + ",\"k\":{}}";
    };
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(8); i > 0; i--) {
      int c =
          switch (random.nextInt(5)) {
            case 0 -> random.nextInt(0x20);
            case 1 -> "<>&\"\\/\u007f\u2028\u2029".charAt(random.nextInt(9));
            case 2 -> random.nextInt(0xE000, 0x11_0000);
            default -> random.nextInt('a', 'z');
          };
      text.appendCodePoint(c);
    }
    return text.toString();
  }

  private static Envelope read(String name) throws IOException {
    return EnvelopeWire.read(Files.readAllBytes(Path.of("src/test/resources/envelopes", name)));
  }

  private static Stream<Path> recorded() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/test/resources/envelopes"))) {
      List<Path> found = files.filter(f -> f.toString().endsWith(".json")).sorted().toList();
      assertThat(found).hasSizeGreaterThan(5);
      return found.stream();
    }
  }
}
