package dev.gala.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.gala.Gala;
import dev.gala.GalaConfig;
import dev.gala.context.Caller;
import dev.gala.context.CallerCodec;
import dev.gala.context.LogFieldsCodec;
import dev.gala.context.OperationContext;
import dev.gala.context.OperationContextCodec;
import dev.gala.event.ContextFlag;
import dev.gala.event.EmitOptions;
import dev.gala.event.Envelope;
import dev.gala.event.EventContext;
import dev.gala.event.Headers;
import dev.gala.event.LogFields;
import dev.gala.event.Topic;
import dev.gala.interop.peer.GoProgram;
import dev.gala.interop.peer.Peer;
import dev.gala.interop.peer.Peer.Told;
import dev.gala.interop.peer.Tables;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An event that one side emits the other's listeners handle: this event layer, and the original.
 */
class EventsAcrossLanguagesTest {
  record OrderPlaced(
      String orderId,
      long cents,
      double ratio,
      String note,
      List<String> lines,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> labels,
      Instant placedAt,
      String operation) {}

  /** What a listener here was given. */
  private record Handled(OrderPlaced order, Envelope envelope, EventContext context) {}

  private static final Topic<OrderPlaced> ORDERS =
      Topic.of("interop.order.placed", OrderPlaced.class);
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final OrderPlaced ORDER =
      new OrderPlaced(
          "o-1",
          9_007_199_254_740_993L,
          1e-7,
          "<é> & \u2028 \"\\ 😀",
          List.of("a", ""),
          Map.of("b", "1", "a", "2"),
          Instant.parse("2026-01-02T03:04:05.060Z"),
          "CREATE");
  private static final String ORDER_JSON =
      "{\"order_id\":\"o-1\",\"cents\":9007199254740993,\"ratio\":1e-7,\"note\":\"\\u003cé\\u003e"
          + " \\u0026 \\u2028 \\\"\\\\ 😀\",\"lines\":[\"a\",\"\"],\"labels\":{\"a\":\"2\",\"b\":\"1\"},"
          + "\"placed_at\":\"2026-01-02T03:04:05.06Z\",\"operation\":\"CREATE\"}";
  private static final int MANY = 200;

  private final Tables tables = Tables.create();
  private final BlockingQueue<Handled> handled = new LinkedBlockingQueue<>();
  private final Peer go =
      Peer.start("go", List.of(GoProgram.GALA.binary().toString()), tables.url());
  private final Gala java = gala();

  private Gala gala() {
    return Gala.create(
        GalaConfig.builder()
            .url(tables.url())
            .workerCount(10)
            .fetchPollInterval(Duration.ofMillis(200))
            .contextCodec(new CallerCodec())
            .contextCodec(LogFieldsCodec.ofMdcKeys())
            .contextCodec(new OperationContextCodec())
            .build());
  }

  @AfterEach
  void end() {
    java.close();
    go.close();
    tables.close();
  }

  private void open() {
    go.call("open", Map.of("queue", "events"));
  }

  private void listenHere(String name) {
    java.on(
        ORDERS,
        name,
        (order, context) ->
            handled.add(new Handled(order, context.envelope(), context.eventContext())));
  }

  private Handled next() throws InterruptedException {
    Handled next = handled.poll(60, TimeUnit.SECONDS);
    assertThat(next).as("an event").isNotNull();
    return next;
  }

  private static Map<String, Object> everything() {
    return Map.of(
        "payload", JSON.readTree(ORDER_JSON),
        "headers",
            Map.of(
                "idempotency_key", "key-1",
                "properties", Map.of("z", "<", "a", "1"),
                "tags", List.of("tag-one", "two"),
                "max_attempts", 7,
                "metadata", Map.of("n", 1)),
        "caller",
            Map.of(
                "subject_id",
                "user-1",
                "organization_id",
                "org-1",
                "organization_ids",
                List.of("org-1", "org-2"),
                "capabilities",
                Long.MAX_VALUE),
        "log_fields", Map.of("request_id", "r-1", "count", 3),
        "operation",
            Map.of("ownerId", "org-1", "entityId", "o-1", "attributes", Map.of("by", "test")),
        "bypass", true);
  }

  @Test
  void whatGoEmitsIsHandledHere() throws Exception {
    open();
    listenHere("audit");
    java.startWorkers();
    String id = go.call("emit", everything()).path("event_id").stringValue();
    Handled event = next();
    assertThat(event.envelope().id().value()).isEqualTo(id);
    assertThat(event.order()).isEqualTo(ORDER);
    assertThat(event.envelope().payload()).isEqualTo(ORDER_JSON);
    assertHeaders(event.envelope().headers());
    EventContext context = event.context();
    assertThat(context.get(Caller.KEY).subjectId()).isEqualTo("user-1");
    assertThat(context.get(Caller.KEY).organizationIds()).containsExactly("org-1", "org-2");
    assertThat(context.get(Caller.KEY).capabilities()).isEqualTo(Long.MAX_VALUE);
    assertThat(context.get(LogFields.KEY).values())
        .containsEntry("request_id", "\"r-1\"")
        .containsEntry("count", "3");
    assertThat(context.get(OperationContext.KEY))
        .isEqualTo(new OperationContext("org-1", "", "o-1", "", "{\"by\":\"test\"}"));
    assertThat(context.flags()).containsExactly(ContextFlag.WORKFLOW_BYPASS);
    assertRow();
  }

  private static void assertHeaders(Headers headers) {
    assertThat(headers.idempotencyKey()).isEqualTo("key-1");
    assertThat(headers.properties()).isEqualTo(Map.of("z", "<", "a", "1"));
    assertThat(headers.tags()).containsExactly("tag-one", "two");
    assertThat(headers.maxAttempts()).isEqualTo(7);
    assertThat(headers.metadata()).isEqualTo("{\"n\":1}");
  }

  /** Both write the same row, but for the names of listeners. */
  private void assertRow() {
    assertThat(
            tables.value(
                "select kind || ' ' || queue || ' ' || max_attempts || ' ' || tags::text from"
                    + " river_job"))
        .isEqualTo("gala_dispatch_v1 events 7 {tag-one,two}");
    assertThat(tables.value("select (metadata - 'event_id' - 'listeners')::text from river_job"))
        .isEqualTo(
            "{\"topic\": \"interop.order.placed\", \"metadata\": {\"n\": 1}, \"properties\":"
                + " {\"a\": \"1\", \"z\": \"<\"}}");
    tables.await("select state from river_job", "completed");
  }

  @Test
  void whatIsEmittedHereGoHandles() {
    open();
    listenThere(Map.of("name", "audit"));
    java.register(ORDERS);
    EventContext context =
        EventContext.empty()
            .with(
                Caller.KEY,
                new Caller(
                    "user-1",
                    "",
                    "",
                    "org-1",
                    "",
                    List.of("org-1", "org-2"),
                    "",
                    "",
                    false,
                    Long.MAX_VALUE,
                    null,
                    null,
                    Map.of()))
            .with(LogFields.KEY, new LogFields(Map.of("request_id", "\"r-1\"", "count", "3")))
            .with(
                OperationContext.KEY,
                new OperationContext("org-1", "", "o-1", "", "{\"by\":\"test\"}"))
            .with(ContextFlag.WORKFLOW_BYPASS);
    var headers =
        Headers.builder()
            .idempotencyKey("key-1")
            .properties(Map.of("z", "<", "a", "1"))
            .tags(List.of("tag-one", "two"))
            .maxAttempts(7)
            .metadata("{\"n\":1}")
            .build();
    String id;
    try (var scope = context.makeCurrent()) {
      id = java.emit(ORDERS, ORDER, EmitOptions.of(headers)).eventId().value();
    }
    JsonNode said = go.await("handled", 1).details();
    assertThat(said.path("event_id").stringValue()).isEqualTo(id);
    assertThat(said.path("payload")).isEqualTo(JSON.readTree(ORDER_JSON));
    Map<String, Object> emitted = everything();
    for (String part : List.of("headers", "caller", "log_fields", "operation", "bypass")) {
      assertThat(said.path(part)).as(part).isEqualTo(JSON.valueToTree(emitted.get(part)));
    }
    assertThat(said.path("emission").booleanValue()).isFalse();
    assertRow();
  }

  private void listenThere(Map<String, ?> listener) {
    go.call("start", Map.of("listeners", List.of(listener)));
  }

  @Test
  void oneQueueIsWorkedByBoth() throws Exception {
    open();
    listenThere(Map.of("name", "audit"));
    listenHere("audit");
    java.startWorkers();
    for (int i = 0; i < MANY; i++) {
      go.call("emit", Map.of("payload", Map.of("order_id", "go-" + i)));
      java.emit(
          ORDERS,
          new OrderPlaced("java-" + i, i, 0, "", List.of(), Map.of(), Instant.EPOCH, "UPDATE"));
    }
    tables.await("select count(*) from river_job where state = 'completed'", 2 * MANY);
    var ids = new ArrayList<String>();
    go.told("handled").stream()
        .map(Told::details)
        .map(said -> said.path("payload").path("order_id").stringValue())
        .forEach(ids::add);
    assertThat(ids).isNotEmpty();
    int there = ids.size();
    handled.forEach(event -> ids.add(event.order().orderId()));
    assertThat(ids).hasSize(2 * MANY).doesNotHaveDuplicates();
    assertThat(ids.size()).isGreaterThan(there);
    assertThat(tables.value("select count(*) from river_job where attempt <> 1")).isEqualTo("0");
  }

  @Test
  void operationsAndFailuresAreTheSame() throws Exception {
    open();
    java.register(ORDERS);
    listenThere(Map.of("name", "audit", "operations", List.of(" CREATE "), "fail", "no <space>"));
    go.call("emit", Map.of("payload", JSON.readTree(ORDER_JSON)));
    tables.await("select cardinality(errors) > 0 from river_job", "t");
    go.call("stop");
    int before = Integer.parseInt(tables.value("select cardinality(errors) from river_job"));
    String there = tables.value("select errors[1] ->> 'error' from river_job");
    assertThat(there).isEqualTo("gala: listener \"audit\" execution failed: no <space>");

    // What failed there is done here, and fails there no more.
    var attempts = new AtomicInteger();
    java.on(
        ORDERS,
        "audit",
        (order, context) -> {
          if (attempts.incrementAndGet() == 1) {
            throw new IllegalStateException("no <space>");
          }
          handled.add(new Handled(order, context.envelope(), context.eventContext()));
        });
    tables.execute("update river_job set scheduled_at = now(), state = 'available'");
    java.startWorkers();
    tables.await("select cardinality(errors) from river_job", before + 1);
    assertThat(tables.value("select errors[cardinality(errors)] ->> 'error' from river_job"))
        .isEqualTo(there);
    tables.execute("update river_job set scheduled_at = now(), state = 'available'");
    assertThat(next().order()).isEqualTo(ORDER);
    tables.await("select state from river_job", "completed");
  }
}
