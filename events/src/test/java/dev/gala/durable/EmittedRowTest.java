package dev.gala.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.Gala;
import dev.gala.event.EmitOptions;
import dev.gala.event.EmitReceipt;
import dev.gala.event.EventId;
import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.event.Headers;
import dev.gala.event.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/** What an emit leaves in the table. */
class EmittedRowTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Order ORDER = new Order("o-1", 42);

  @RegisterExtension private final Durable durable = new Durable();

  @Test
  void aPlainEventIsARowOfDefaults() throws Exception {
    Gala gala = durable.gala();

    EmitReceipt receipt = gala.emit(Order.PLACED, ORDER);

    assertThat(receipt.duplicate()).isFalse();
    assertThat(receipt.jobId()).isEqualTo(Long.parseLong(value("id")));
    assertThat(value("kind")).isEqualTo("gala_dispatch_v1");
    assertThat(value("state")).isEqualTo("available");
    assertThat(value("queue")).isEqualTo("events");
    assertThat(value("max_attempts")).isEqualTo("25");
    assertThat(value("priority")).isEqualTo("1");
    assertThat(value("attempt")).isEqualTo("0");
    assertThat(value("tags")).isEqualTo("{}");
    assertThat(value("errors is null and attempted_at is null and finalized_at is null"))
        .isEqualTo("t");
    assertThat(value("unique_key is null")).isEqualTo("t");
    assertThat(value("metadata"))
        .isEqualTo("{\"topic\": \"order.placed\", \"event_id\": \"%s\"}", receipt.eventId());
    assertThat(value("abs(extract(epoch from now() - scheduled_at)) < 60")).isEqualTo("t");
  }

  @Test
  void theArgumentsAreTheEnvelopeAloneInTheOrderGoWritesIt() throws Exception {
    Gala gala = durable.gala();
    gala.on(Order.PLACED, "billing", (event, context) -> {});
    gala.on(Order.PLACED, "mail", (event, context) -> {});

    EmitReceipt receipt =
        gala.emit(
            Order.PLACED,
            new Order("<&>", 1),
            EmitOptions.of(
                Headers.builder()
                    .property("z", "last")
                    .property("a", "first")
                    .idempotencyKey("k")
                    .build()));

    List<String> keys = rows().column("select jsonb_object_keys(args) from river_job");
    assertThat(keys).containsExactly("envelope");
    String envelope = envelope();
    String occurredAt = JSON.readTree(envelope).get("occurred_at").stringValue();
    assertThat(envelope)
        .isEqualTo(
            "{\"id\":\"%s\",\"topic\":\"order.placed\",\"occurred_at\":\"%s\",\"headers\":{"
                    .formatted(receipt.eventId(), occurredAt)
                + "\"idempotency_key\":\"k\",\"properties\":{\"a\":\"first\",\"z\":\"last\"},"
                + "\"listeners\":[\"billing\",\"mail\"]},\"payload\":{\"id\":"
                + "\"\\u003c\\u0026\\u003e\",\"amount\":1},\"context_snapshot\":{}}");
    assertThat(Instant.parse(occurredAt)).isBetween(Instant.now().minusSeconds(60), Instant.now());
    assertThat(occurredAt).endsWith("Z");
  }

  @Test
  void metadataSayWhatTheEventIs() throws Exception {
    Gala gala = durable.gala();
    gala.on(Order.PLACED, "billing", (event, context) -> {});

    EmitReceipt receipt =
        gala.emit(
            Order.PLACED,
            ORDER,
            EmitOptions.of(
                Headers.builder().property("p", "\"v\"").metadata("{\"more\": [1, 2]}").build()));

    assertThat(
            rows()
                .value(
                    "select metadata = ?::jsonb from river_job",
                    """
                    {"topic": "order.placed", "event_id": "%s", "listeners": ["billing"],
                     "properties": {"p": "\\"v\\""}, "metadata": {"more": [1, 2]}}
                    """
                        .formatted(receipt.eventId())))
        .isEqualTo("t");
  }

  @Test
  void listenersAttachedLaterAreNotInTheHeader() throws Exception {
    Gala gala = durable.gala();
    gala.on(Order.PLACED, "early", (event, context) -> {});
    gala.emit(Order.PLACED, ORDER);
    gala.on(Order.PLACED, "late", (event, context) -> {});

    assertThat(JSON.readTree(envelope()).at("/headers/listeners").toString())
        .isEqualTo("[\"early\"]");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0, 25",
    "0, 0, 3, 3",
    "0, 7, 3, 7",
    "5, 7, 3, 5",
    "5, 0, 0, 5",
    "40000, 0, 0, 32767"
  })
  void maxAttemptsOfTheOptionsGoBeforeTheHeadersBeforeTheRuntimes(
      int options, int headers, int runtime, String expected) throws Exception {
    Gala gala = durable.gala(durable.config().maxRetries(runtime));
    gala.emit(
        Order.PLACED,
        ORDER,
        EmitOptions.builder()
            .headers(Headers.builder().maxAttempts(headers).build())
            .maxAttempts(options)
            .build());
    assertThat(value("max_attempts")).isEqualTo(expected);
  }

  @Test
  void queuePriorityAndTagsAreTheJobs() throws Exception {
    Gala gala = durable.gala(durable.config().queueName(" orders "));
    gala.emit(
        Order.PLACED,
        ORDER,
        EmitOptions.builder()
            .headers(Headers.builder().tags(List.of("abc", "d-e_f")).queue("  special ").build())
            .priority(3)
            .build());
    gala.emit(Order.PLACED, ORDER, EmitOptions.builder().queue(" \t ").build());

    assertThat(rows().column("select queue || priority || tags::text from river_job order by id"))
        .containsExactly("special3{abc,d-e_f}", "orders1{}");
    assertThat(envelope("where queue = 'special'")).doesNotContain("priority");
  }

  @Test
  void aTimeOrADelayMakesTheJobScheduled() throws Exception {
    Gala gala = durable.gala();
    Instant time = Instant.parse("2199-01-02T03:04:05.123456789Z");
    gala.emit(Order.PLACED, ORDER, EmitOptions.builder().scheduledAt(time).build());
    gala.emit(Order.PLACED, ORDER, EmitOptions.builder().delay(Duration.ofHours(2)).build());
    String offset = "2199-01-02T05:04:05+02:00";
    gala.emit(
        Order.PLACED, ORDER, EmitOptions.of(Headers.builder().scheduledAtText(offset).build()));

    assertThat(rows().column("select state from river_job"))
        .containsExactly("scheduled", "scheduled", "scheduled");
    assertThat(
            rows()
                .value(
                    "select count(*) from river_job where scheduled_at ="
                        + " timestamptz '2199-01-02T03:04:05.123456Z'"))
        .isEqualTo("1");
    assertThat(
            rows()
                .value(
                    "select count(*) from river_job where scheduled_at between"
                        + " now() + interval '119 min' and now() + interval '121 min'"))
        .isEqualTo("1");
    assertThat(envelope("where scheduled_at = '" + offset + "'"))
        .contains("\"scheduled_at\":\"" + offset + "\"");
  }

  @Test
  void anIdAndEncodedBytesGivenAreTaken() throws Exception {
    Gala gala = durable.gala();
    EmitReceipt receipt =
        gala.emit(
            Order.PLACED,
            null,
            EmitOptions.builder()
                .eventId(EventId.of("mine"))
                .rawPayload(" {\"id\" : \"raw\"} ".getBytes(StandardCharsets.UTF_8))
                .build());
    assertThat(receipt.eventId()).isEqualTo(EventId.of("mine"));
    assertThat(envelope())
        .startsWith("{\"id\":\"mine\",")
        .contains("\"payload\":{\"id\":\"raw\"},");
  }

  /** What jsonb cannot hold must neither keep an event from being stored nor change it. */
  @Test
  void nothingAPayloadOrAHeaderHoldsIsTooStrange() throws Exception {
    Gala gala = durable.gala();
    var received = new ArrayList<Order>();
    var seen = new CountDownLatch(1);
    String strange = "\u0000 \ud800 \u2028 \ud83d\ude00 \" \\ \\u0000 ' {},";
    gala.on(
        Order.PLACED,
        "strange \"name\", \\ {} \u00fc \ud83d\ude00",
        (event, context) -> {
          received.add(event);
          seen.countDown();
        });
    gala.startWorkers();
    gala.emit(
        Order.PLACED,
        new Order(strange, 1),
        EmitOptions.of(
            Headers.builder()
                .property(strange, strange)
                .idempotencyKey(strange)
                .metadata("{\"m\": \"\\u0000 \\ud83d\\ude00 \\udbff \\\\u0000\"}")
                .build()));
    Await.latch("the event", seen);
    assertThat(received).containsExactly(new Order(strange.replace('\ud800', '\ufffd'), 1));
    rows().awaitState("completed");
  }

  @Test
  void aLargePayloadArrivesWhole() throws Exception {
    Gala gala = durable.gala(durable.config().payloadLimit(32_000_000));
    Topic<String> topic = Topic.of("large", String.class);
    var seen = new LinkedBlockingQueue<Integer>();
    gala.on(topic, "reader", (event, context) -> seen.add(event.length()));
    gala.startWorkers();
    gala.emit(topic, "x".repeat(24_000_000));
    assertThat(Await.next("the event", seen)).isEqualTo(24_000_000);
    rows().awaitState("completed");
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        Arguments.of(
            "tag", EmitOptions.of(Headers.builder().tags(List.of("good", "no spaces")).build())),
        Arguments.of("tag", EmitOptions.of(Headers.builder().tags(List.of("a,b")).build())),
        Arguments.of("queue name", EmitOptions.builder().queue("Not A Queue").build()),
        Arguments.of(
            "header metadata",
            EmitOptions.of(Headers.builder().metadata("1,\"topic\":\"other\"").build())),
        Arguments.of("scheduled", EmitOptions.builder().scheduledAt(Instant.MAX).build()),
        Arguments.of(
            "scheduled", EmitOptions.builder().delay(Duration.ofSeconds(Long.MAX_VALUE)).build()),
        Arguments.of(
            "header scheduled_at",
            EmitOptions.of(Headers.builder().scheduledAtText("tomorrow").build())));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void whatCannotBeStoredIsRefusedByACodeAndTheValue(String word, EmitOptions options)
      throws Exception {
    Gala gala = durable.gala();
    assertThatThrownBy(() -> gala.emit(Order.PLACED, ORDER, options))
        .isInstanceOfSatisfying(
            GalaException.class,
            failure -> assertThat(failure.code()).isEqualTo(GalaError.DISPATCH_FAILED))
        .hasMessageStartingWith("gala: dispatch failed: topic order.placed")
        .hasMessageContaining(": nothing was stored: ")
        .hasMessageContaining(word);
    assertThat(rows().jobs("true")).isZero();
  }

  @Test
  void aDispatcherKeepsToTheSeam() {
    assertThatThrownBy(() -> new RiverDispatcher(null, "events", 0))
        .isInstanceOfSatisfying(
            GalaException.class,
            failure -> assertThat(failure.code()).isEqualTo(GalaError.RIVER_JOB_CLIENT_REQUIRED));
  }

  private Rows rows() {
    return durable.rows();
  }

  private String value(String column) throws Exception {
    return rows().value("select " + column + " from river_job");
  }

  private String envelope() throws Exception {
    return envelope("");
  }

  private String envelope(String where) throws Exception {
    String base64 = rows().value("select args ->> 'envelope' from river_job " + where);
    return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
  }
}
