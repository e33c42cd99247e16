package dev.gala.durable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.Gala;
import dev.gala.context.Caller;
import dev.gala.context.CallerCodec;
import dev.gala.context.LogFieldsCodec;
import dev.gala.context.OperationContext;
import dev.gala.context.OperationContextCodec;
import dev.gala.event.ContextFlag;
import dev.gala.event.Envelope;
import dev.gala.event.EventContext;
import dev.gala.event.LogFields;
import dev.gala.event.Topic;
import dev.gala.workflow.WorkflowActionCompleted;
import dev.gala.workflow.WorkflowTopics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Events that the original Go package emitted, recorded by the interoperation tests. */
class GoEventsTest {
  record OrderPlaced(
      String orderId,
      long cents,
      double ratio,
      String note,
      List<String> lines,
      Map<String, String> labels,
      Instant placedAt,
      String operation) {}

  /** What a listener was given. */
  private record Handled(Object payload, Envelope envelope, EventContext context) {}

  private static final Topic<OrderPlaced> ORDERS =
      Topic.of("interop.order.placed", OrderPlaced.class);
  private static final Path RECORDED = Path.of("src/test/resources");

  @RegisterExtension private final Durable durable = new Durable();

  private final BlockingQueue<Handled> handled = new LinkedBlockingQueue<>();

  /** Puts a recorded row back, due now, and gives the envelope in it. */
  private void insert(String name) throws Exception {
    byte[] envelope = envelope(name);
    var rows =
        JsonMapper.shared().readTree(Files.readString(RECORDED.resolve("go/dispatch-rows.json")));
    var row = (ObjectNode) rows.path(name);
    row.putObject("args").put("envelope", Base64.getEncoder().encodeToString(envelope));
    row.put("state", "available").put("scheduled_at", "2026-01-01T00:00:00Z");
    row.put("queue", "events");
    durable
        .rows()
        .execute(
            "insert into river_job select * from json_populate_record(null::river_job, '"
                + row.toString().replace("'", "''")
                + "')");
  }

  private static byte[] envelope(String name) throws IOException {
    return Files.readAllBytes(RECORDED.resolve("envelopes/go-gala/" + name + ".json"));
  }

  private <T> Handled handle(Topic<T> topic, String name) throws Exception {
    Gala gala =
        durable.gala(
            durable
                .config()
                .contextCodec(new CallerCodec())
                .contextCodec(LogFieldsCodec.ofMdcKeys())
                .contextCodec(new OperationContextCodec()));
    gala.on(
        topic,
        "recorder",
        (event, context) ->
            handled.add(new Handled(event, context.envelope(), context.eventContext())));
    insert(name);
    gala.startWorkers();
    Handled found = Await.next(name, handled);
    gala.stopWorkers();
    assertThat(durable.rows().column("select state from river_job")).containsExactly("completed");
    return found;
  }

  @Test
  void everythingInThemArrives() throws Exception {
    Handled event = handle(ORDERS, "everything");
    assertThat(event.payload())
        .isEqualTo(
            new OrderPlaced(
                "o-2",
                9_007_199_254_740_993L,
                1e21,
                "<é> & \u2028 \"\\ 😀 \u0001",
                List.of("a", ""),
                Map.of("a", "2", "b", "1"),
                Instant.parse("2026-01-02T01:04:05.06Z"),
                "CREATE"));
    assertThat(event.envelope().headers().queue()).isEqualTo(" other ");
    assertThat(event.envelope().headers().metadata()).isEqualTo("{\"n\":[1.50,\"\\u003c\"]}");
    EventContext context = event.context();
    assertThat(context.get(Caller.KEY).subjectName()).isEqualTo("Ü");
    assertThat(context.get(Caller.KEY).capabilities()).isEqualTo(-1L);
    assertThat(context.get(LogFields.KEY).values())
        .isEqualTo(Map.of("count", "3", "nested", "{\"b\":[true,null]}", "request_id", "\"r-1\""));
    assertThat(context.get(OperationContext.KEY).entityType()).isEqualTo("Order");
    assertThat(context.flags())
        .containsExactlyInAnyOrder(
            ContextFlag.WORKFLOW_BYPASS, ContextFlag.WORKFLOW_ALLOW_EVENT_EMISSION);
  }

  @Test
  void whatIsEmptyIsEmpty() throws Exception {
    Handled event = handle(ORDERS, "plain");
    assertThat(event.payload())
        .isEqualTo(
            new OrderPlaced(
                "o-1", 0, 0, "", null, null, Instant.parse("0001-01-01T00:00:00Z"), ""));
    assertThat(event.context().flags()).isEmpty();
  }

  @Test
  void workflowEventsAreOurs() throws Exception {
    Handled event = handle(WorkflowTopics.ACTION_COMPLETED, "workflow-action_failed");
    assertThat(event.payload())
        .isInstanceOfSatisfying(
            WorkflowActionCompleted.class,
            failed -> {
              assertThat(failed.skipped()).isTrue();
              assertThat(failed.errorMessage()).isEqualTo("no");
              assertThat(failed.actionIndex()).isEqualTo(3);
            });
  }
}
