package dev.gala.interop;

import static dev.gala.interop.peer.Fleet.insert;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.interop.peer.Fleet;
import dev.gala.interop.peer.GoProgram;
import dev.gala.interop.peer.Language;
import dev.gala.interop.peer.Peer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What Go writes is still what was recorded of it: see {@link Recording}. */
class RecordedByGoTest {
  private static final Path ROWS =
      Path.of("../river-postgres/src/test/resources/dev/gala/river/postgres/go/rows.json");
  private static final Path ENGINE = Path.of("../river/src/test/resources/go");
  private static final Path EVENTS = Path.of("../events/src/test/resources");
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
  private static final String SOME_MASK = "[\"available\",\"pending\",\"running\",\"scheduled\"]";

  @RegisterExtension private final Fleet fleet = new Fleet();

  private final Map<String, Object> rows = new LinkedHashMap<>();

  private void record(String name, long id) {
    rows.put(
        name,
        JSON.readTree(
            fleet.tables().value("select row_to_json(j) from river_job j where id = " + id)));
  }

  /** Inserts a job with options, and gives its id. */
  private static long given(Peer go, String behavior, String opts) {
    var job = new HashMap<String, Object>();
    job.put("behavior", behavior);
    job.put("duration_ms", 60_000);
    job.put("message", "<é> & \u2028");
    job.put("opts", JSON.readTree(opts));
    return insert(go, job).path("id").longValue();
  }

  private static long inWork(Peer go, String behavior) {
    return given(go, behavior, "{\"queue\":\"work\"}");
  }

  private void awaitState(long id, String state) {
    fleet.tables().awaitState(id, state);
  }

  @Test
  void rows() throws Exception {
    Peer go = fleet.start(Language.GO);
    recordInserted(go);
    recordWorked(go);
    recordMaintained(go);
    Recording.json(ROWS, rows);
  }

  private void recordInserted(Peer go) {
    record("plain", given(go, "", "{}"));
    record(
        "every option",
        given(
            go,
            "output",
            """
            {"max_attempts":7,"metadata":{"n":12345678901234567890.5,"é":["<",null]},"priority":3,
             "queue":"other","scheduled_at":"2100-01-02T03:04:05.678901Z","tags":["one","two-2"]}
            """));
    record("pending", given(go, "", "{\"pending\":true}"));
    record("unique by arguments", given(go, "", "{\"unique\":{\"by_args\":true}}"));
    record(
        "unique by period, queue and some states",
        given(
            go,
            "",
            """
            {"queue":"other","scheduled_at":"2026-01-02T03:04:05Z","unique":{"by_period_ms":25200000,
             "by_queue":true,"by_state":%s}}
            """
                .formatted(SOME_MASK)));
    long selected =
        insert(
                go,
                Map.of(
                    "kind", "interop_selected",
                    "args",
                        Map.of(
                            "note",
                            "any",
                            "tenant",
                            "<t>",
                            "customer",
                            Map.of("id", 9_007_199_254_740_993L, "name", "any")),
                    "opts", Map.of("unique", Map.of("by_args", true, "exclude_kind", true))))
            .path("id")
            .longValue();
    record("unique by selected arguments without the kind", selected);
    long waiting = given(go, "", "{}");
    go.call("cancel", Map.of("id", waiting));
    record("cancelled while it waited", waiting);
    long bulk = Long.parseLong(fleet.tables().value("select nextval('river_job_id_seq')")) + 1;
    go.call(
        "insert_many",
        Map.of(
            "behavior",
            "",
            "duration_ms",
            0,
            "message",
            "copied",
            "count",
            1,
            "batch",
            1,
            "queue",
            "other",
            "fast",
            true));
    record("inserted by COPY", bulk);
  }

  private void recordWorked(Peer go) {
    long output = inWork(go, "output");
    long metadata = inWork(go, "metadata");
    long log = inWork(go, "log");
    long failed = inWork(go, "error");
    long panicked = inWork(go, "panic");
    long cancels = inWork(go, "cancel");
    long discarded = given(go, "error", "{\"queue\":\"work\",\"max_attempts\":1}");
    long snoozed = inWork(go, "snooze_once");
    long steps = inWork(go, "resumable_cursor");
    long unknown =
        insert(
                go,
                Map.of(
                    "kind",
                    "nobody_knows",
                    "args",
                    Map.of("a", List.of(1)),
                    "opts",
                    Map.of("queue", "work")))
            .path("id")
            .longValue();
    start(go, Map.of("queues", List.of("work")));
    for (long id : List.of(output, metadata, log)) {
      awaitState(id, "completed");
    }
    record("completed with an output", output);
    record("completed with metadata", metadata);
    record("completed with a log", log);
    for (long id : List.of(failed, panicked, steps, unknown)) {
      awaitState(id, "retryable");
    }
    record("failed", failed);
    record("panicked", panicked);
    record("failed in a step with a cursor", steps);
    record("of an unknown kind", unknown);
    awaitState(cancels, "cancelled");
    record("cancelled by itself", cancels);
    awaitState(discarded, "discarded");
    record("discarded", discarded);
    awaitState(snoozed, "scheduled");
    record("snoozed", snoozed);
    go.call("retry", Map.of("id", steps));
    awaitState(steps, "retryable");
    record("failed in a later step", steps);

    long held = inWork(go, "cooperative_cancel");
    long interrupted = inWork(go, "barrier_wait");
    awaitState(held, "running");
    awaitState(interrupted, "running");
    record("running", interrupted);
    go.call("cancel", Map.of("id", held));
    awaitState(held, "cancelled");
    record("cancelled while it ran", held);
    go.call("stop", Map.of("cancel", true));
    record("interrupted by a stop", interrupted);
    go.call("retry", Map.of("id", cancels));
    record("retried", cancels);
  }

  /** What a leader does at once: it works a queue in which there is nothing. */
  private void recordMaintained(Peer go) {
    String once = "{\"unique\":{\"by_args\":true,\"by_state\":" + SOME_MASK + "}}";
    long late = given(go, "barrier_wait", once);
    fleet
        .tables()
        .execute(
            "update river_job set state = 'retryable', scheduled_at = now() - interval '1 s' where"
                + " id = "
                + late);
    given(go, "barrier_wait", once);
    long stuck = given(go, "", "{}");
    fleet
        .tables()
        .execute(
            "update river_job set state = 'running', attempt = 1, attempted_by = '{gone}',"
                + " attempted_at = now() - interval '1 h' where id = "
                + stuck);
    start(
        go,
        Map.of(
            "queues",
            List.of("nothing"),
            "rescue_after_ms",
            60_000,
            "periodic_run_on_start",
            true));
    awaitState(late, "discarded");
    record("discarded because its key was taken", late);
    awaitState(stuck, "retryable");
    record("rescued", stuck);
    String periodic = "select min(id) from river_job where metadata ->> 'periodic' = 'true'";
    fleet.tables().await("select (" + periodic + ") is not null", "t");
    record("periodic", Long.parseLong(fleet.tables().value(periodic)));
    go.call("stop");
  }

  private static void start(Peer go, Map<String, ?> more) {
    var params = new HashMap<String, Object>(more);
    params.put("client_id", "go-client");
    params.put("retry_delay_ms", 3_600_000);
    go.call("start", params);
  }

  @Test
  void notifications() throws Exception {
    Peer go = fleet.start(Language.GO);
    start(go, Map.of("queues", List.of("work")));
    fleet.tables().await("select leader_id from river_leader", "go-client");
    var heard = new LinkedHashMap<String, Object>();
    try (Connection connection = fleet.tables().connect();
        Statement statement = connection.createStatement()) {
      for (String topic : List.of("insert", "control", "leadership")) {
        statement.execute("listen \"public.river_" + topic + "\"");
      }
      heard.put("insert", after(connection, () -> given(go, "", "{\"queue\":\"other\"}")));
      heard.put("pause", after(connection, () -> queue(go, "pause", "work")));
      heard.put("pause of all", after(connection, () -> queue(go, "pause", "*")));
      heard.put("resume", after(connection, () -> queue(go, "resume", "work")));
      heard.put("metadata", after(connection, () -> queue(go, "update", "work")));
      long id = given(go, "", "{}");
      after(connection, () -> {});
      heard.put("cancel", after(connection, () -> go.call("cancel", Map.of("id", id))));
      heard.put("request to resign", after(connection, () -> go.call("request_resign")));
      fleet.tables().await("select leader_id from river_leader", "go-client");
      heard.put("resignation", after(connection, () -> go.call("stop")));
    }
    Recording.json(ENGINE.resolve("notifications.json"), heard);
  }

  private static void queue(Peer go, String action, String name) {
    go.call(
        "queue", Map.of("action", action, "name", name, "metadata", Map.of("é", List.of("<", 1))));
  }

  /** The first thing heard after {@code action}, if there is any. */
  private static Map<String, String> after(Connection connection, Runnable action)
      throws Exception {
    action.run();
    PGNotification[] heard = connection.unwrap(PGConnection.class).getNotifications(2_000);
    assertThat(heard).isNotNull();
    return heard.length == 0
        ? Map.of()
        : new TreeMap<>(Map.of("channel", heard[0].getName(), "payload", heard[0].getParameter()));
  }

  @Test
  void cursors() throws Exception {
    Peer go = fleet.start(Language.GO);
    fleet
        .tables()
        .execute(
            """
            insert into river_job (id, args, kind, max_attempts, queue, state, scheduled_at,
              attempted_at, finalized_at)
            values (9007199254740993, '{}', 'kind<>>>???ÿÿ~', 25, 'a_b', 'completed',
              '2026-01-02 03:04:05.12Z', '2026-01-02 03:04:06Z', '2026-01-02 03:04:07.000001Z')
            """);
    var cursors = new ArrayList<Object>();
    for (String order : List.of("id", "scheduled_at", "finalized_at", "time")) {
      JsonNode page = go.call("list", Map.of("order_by", order, "states", List.of("completed")));
      cursors.add(new TreeMap<>(Map.of("cursor", page.path("cursor"), "order", order)));
    }
    Recording.json(ENGINE.resolve("cursors.json"), cursors);
  }

  @Test
  void events() throws Exception {
    try (Peer go =
        Peer.start("go", List.of(GoProgram.GALA.binary().toString()), fleet.tables().url())) {
      go.call("open", Map.of("queue", "events"));
      for (Map.Entry<String, String> event : EventsToRecord.ALL.entrySet()) {
        go.call(
            "emit", JSON.readValue(event.getValue(), new TypeReference<Map<String, Object>>() {}));
      }
    }
    List<String> names = List.copyOf(EventsToRecord.ALL.keySet());
    List<String> emitted =
        fleet.tables().column("select row_to_json(j) from river_job j order by id");
    var dispatched = new LinkedHashMap<String, Object>();
    for (int i = 0; i < names.size(); i++) {
      JsonNode row = JSON.readTree(emitted.get(i));
      dispatched.put(names.get(i), row);
      byte[] envelope = Base64.getDecoder().decode(row.path("args").path("envelope").stringValue());
      Recording.text(
          EVENTS.resolve("envelopes/go-gala/" + names.get(i) + ".json"),
          new String(envelope, StandardCharsets.UTF_8));
    }
    Recording.json(EVENTS.resolve("go/dispatch-rows.json"), withoutEnvelopes(dispatched));
  }

  /** They are compared on their own: in Base64 nothing can be overlooked. */
  private static Map<String, Object> withoutEnvelopes(Map<String, Object> rows) {
    var kept = new LinkedHashMap<String, Object>();
    rows.forEach(
        (name, row) -> {
          var columns = new LinkedHashMap<String, Object>();
          ((JsonNode) row)
              .propertyStream()
              .filter(column -> !column.getKey().equals("args"))
              .forEach(column -> columns.put(column.getKey(), column.getValue()));
          kept.put(name, columns);
        });
    return kept;
  }
}
