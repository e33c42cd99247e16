package dev.gala.interop.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.interop.peer.Fleet;
import dev.gala.interop.peer.Peer;
import dev.gala.interop.peer.RpcError;
import dev.gala.interop.peer.Tables;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/**
 * What a process that speaks the protocol of River's conformance suite answers, whatever client is
 * behind it: the same tests ask this engine's adapter and the original.
 */
abstract class AdapterContract {
  static final String APPLICATION = "conformance-candidate";
  private static final int NOT_FOUND = -32001;
  private static final int REJECTED = -32002;

  final Tables tables = tables();
  private final List<Peer> peers = new ArrayList<>();

  /** Starts the process that is tested. */
  abstract Peer start(String name, String url);

  Tables tables() {
    return Tables.create();
  }

  @AfterEach
  void end() {
    peers.forEach(Peer::close);
    tables.close();
  }

  final Peer peer() {
    return peer(tables.url());
  }

  final Peer peer(String url) {
    Peer peer = start(APPLICATION, url);
    peers.add(peer);
    return peer;
  }

  /** Starts a client that works the default queue. */
  static void startClient(Peer peer, Map<String, ?> more) {
    peer.call("start", merged(Map.of("client_id", "candidate"), more));
  }

  static Map<String, Object> merged(Map<String, ?> one, Map<String, ?> other) {
    var both = new HashMap<String, Object>(one);
    both.putAll(other);
    return both;
  }

  /** Inserts one job of the suite's. */
  static JsonNode insert(Peer peer, Map<String, ?> job) {
    return peer.call("insert", Map.of("jobs", List.of(job))).path("results").path(0).path("job");
  }

  static long insert(Peer peer, String behavior, String message) {
    return insert(peer, Map.of("behavior", behavior, "duration_ms", 0, "message", message))
        .path("id")
        .longValue();
  }

  /** The row now, by the suite's list. */
  static JsonNode job(Peer peer, long id) {
    return peer.call("list", Map.of("ids", List.of(id))).path("jobs").path(0);
  }

  static void assertCode(int code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(RpcError.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static List<Long> ids(JsonNode page) {
    return stream(page.path("jobs")).map(job -> job.path("id").longValue()).toList();
  }

  @Test
  void saysWhatItIs() {
    JsonNode said = peer().call("handshake");
    assertThat(said.path("driver").stringValue()).isEqualTo("postgres");
    assertThat(said.path("implementation").stringValue()).isNotEmpty();
    assertThat(said.path("version").stringValue()).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "not json | -32700 | null",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":5} | -32600 | ",
        "[] | -32600 | null",
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"nothing\",\"params\":{}} | -32601 | 7",
        "{\"jsonrpc\":\"2.0\",\"id\":8,\"method\":\"cancel\",\"params\":{\"id\":\"x\"}} | -32602 | 8",
        "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"list\",\"params\":[1]} | -32602 | \"a\""
      })
  void refusesWhatIsNoRequestByNumber(String line, int code, String id) {
    Peer peer = peer();
    JsonNode response = peer.ask(line);
    assertThat(response.path("jsonrpc").stringValue()).isEqualTo("2.0");
    assertThat(response.path("error").path("code").intValue()).isEqualTo(code);
    assertThat(response.path("error").path("message").stringValue()).isNotEmpty();
    if (id != null) {
      assertThat(response.path("id").toString()).isEqualTo(id);
    }
    assertThat(peer.call("handshake").isObject()).isTrue();
  }

  @Test
  void moreAttemptsThanTheColumnHoldsAreThoseItHolds() {
    Map<String, ?> job =
        Map.of(
            "behavior",
            "",
            "duration_ms",
            0,
            "message",
            "",
            "opts",
            Map.of("max_attempts", 40_000));
    assertThat(insert(peer(), job).path("max_attempts").intValue()).isEqualTo(Short.MAX_VALUE);
  }

  @Test
  void insertsWithEveryOption() {
    JsonNode results =
        peer()
            .call(
                "insert",
                Map.of(
                    "jobs",
                    List.of(
                        Map.of("behavior", "", "duration_ms", 0, "message", "plain"),
                        Map.of(
                            "behavior",
                            "output",
                            "duration_ms",
                            5,
                            "message",
                            "<é>",
                            "opts",
                            Map.of(
                                "max_attempts",
                                7,
                                "metadata",
                                Map.of("a", 1),
                                "priority",
                                3,
                                "queue",
                                "other",
                                "scheduled_at",
                                "2100-01-02T03:04:05.678Z",
                                "tags",
                                List.of("one", "two"))),
                        Map.of(
                            "behavior",
                            "",
                            "duration_ms",
                            0,
                            "message",
                            "parked",
                            "opts",
                            Map.of("pending", true)))))
            .path("results");
    assertThat(results.size()).isEqualTo(3);
    JsonNode plain = results.path(0).path("job");
    assertThat(plain.propertyNames())
        .containsExactly(
            "args",
            "attempt",
            "attempted_at",
            "attempted_by",
            "created_at",
            "errors",
            "finalized_at",
            "id",
            "kind",
            "max_attempts",
            "metadata",
            "priority",
            "queue",
            "scheduled_at",
            "state",
            "tags",
            "unique_key",
            "unique_states");
    assertThat(plain.path("args").toString())
        .contains("\"behavior\":\"\"", "\"duration_ms\":0", "\"message\":\"plain\"");
    assertThat(plain.path("kind").stringValue()).isEqualTo("conformance_echo");
    assertThat(plain.path("attempt").intValue()).isZero();
    assertThat(plain.path("attempted_at").isNull()).isTrue();
    assertThat(plain.path("attempted_by").toString()).isEqualTo("[]");
    assertThat(plain.path("errors").toString()).isEqualTo("[]");
    assertThat(plain.path("max_attempts").intValue()).isEqualTo(25);
    assertThat(plain.path("metadata").toString()).isEqualTo("{}");
    assertThat(plain.path("priority").intValue()).isEqualTo(1);
    assertThat(plain.path("queue").stringValue()).isEqualTo("default");
    assertThat(plain.path("state").stringValue()).isEqualTo("available");
    assertThat(plain.path("unique_key").isNull()).isTrue();
    assertThat(plain.path("unique_states").isNull()).isTrue();
    assertThat(plain.path("created_at").stringValue()).endsWith("Z").doesNotEndWith("0Z");
    JsonNode full = results.path(1).path("job");
    assertThat(full.path("args").path("message").stringValue()).isEqualTo("<é>");
    assertThat(full.path("max_attempts").intValue()).isEqualTo(7);
    assertThat(full.path("metadata").toString()).isEqualTo("{\"a\":1}");
    assertThat(full.path("priority").intValue()).isEqualTo(3);
    assertThat(full.path("queue").stringValue()).isEqualTo("other");
    assertThat(full.path("scheduled_at").stringValue()).isEqualTo("2100-01-02T03:04:05.678Z");
    assertThat(full.path("state").stringValue()).isEqualTo("scheduled");
    assertThat(full.path("tags").toString()).isEqualTo("[\"one\",\"two\"]");
    assertThat(results.path(2).path("job").path("state").stringValue()).isEqualTo("pending");
  }

  @Test
  void numbersInMetadataStayAsTheyAre() {
    Peer peer = peer();
    JsonNode response =
        peer.ask(
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"insert\",\"params\":{\"jobs\":[{\"behavior\":"
                + "\"output\",\"duration_ms\":0,\"message\":\"x\",\"opts\":{\"metadata\":{\"big\":"
                + "123456789012345678901234567890,\"least\":-9223372036854775808}}}]}}");
    long id = response.path("result").path("results").path(0).path("job").path("id").longValue();
    startClient(peer, Map.of());
    tables.awaitState(id, "completed");
    assertThat(tables.value("select metadata ->> 'big' from river_job"))
        .isEqualTo("123456789012345678901234567890");
    assertThat(tables.value("select metadata ->> 'least' from river_job"))
        .isEqualTo("-9223372036854775808");
    assertThat(job(peer, id).path("metadata").toString())
        .contains("\"big\":123456789012345678901234567890");
  }

  @Test
  void refusesWhatBreaksARule() {
    Peer peer = peer();
    Stream.of(
            Map.of("priority", 5),
            Map.of("queue", "Not A Queue"),
            Map.of("tags", List.of("a,b")),
            Map.of("unique", Map.of("exclude_kind", true)))
        .forEach(
            opts ->
                assertCode(
                    REJECTED,
                    () ->
                        insert(
                            peer,
                            Map.of(
                                "behavior", "", "duration_ms", 0, "message", "", "opts", opts))));
    assertCode(REJECTED, () -> peer.call("insert", Map.of("jobs", List.of())));
  }

  @Test
  void flagsDuplicates() {
    Peer peer = peer();
    var job =
        Map.of(
            "behavior",
            "",
            "duration_ms",
            0,
            "message",
            "once",
            "opts",
            Map.of("unique", Map.of("by_args", true, "by_queue", true)));
    JsonNode first = peer.call("insert", Map.of("jobs", List.of(job))).path("results").path(0);
    JsonNode second = peer.call("insert", Map.of("jobs", List.of(job))).path("results").path(0);
    assertThat(first.path("unique_skipped_as_duplicate").booleanValue()).isFalse();
    assertThat(second.path("unique_skipped_as_duplicate").booleanValue()).isTrue();
    assertThat(second.path("job").path("id")).isEqualTo(first.path("job").path("id"));
    assertThat(first.path("job").path("unique_key").stringValue())
        .isEqualTo(tables.value("select encode(unique_key, 'hex') from river_job"));
    assertThat(first.path("job").path("unique_states").toString())
        .isEqualTo(
            "[\"available\",\"completed\",\"pending\",\"retryable\",\"running\",\"scheduled\"]");
  }

  @Test
  void transactionsDecide() {
    Peer peer = peer();
    var jobs = List.of(Map.of("behavior", "", "duration_ms", 0, "message", "in tx"));
    peer.call("tx_begin", Map.of("tx", "a"));
    peer.call("insert", Map.of("jobs", jobs, "tx", "a"));
    assertThat(peer.call("list").path("jobs").size()).isZero();
    assertThat(peer.call("list", Map.of("tx", "a")).path("jobs").size()).isOne();
    peer.call("tx_end", Map.of("tx", "a"));
    assertThat(peer.call("list").path("jobs").size()).isZero();
    peer.call("tx_begin", Map.of("tx", "a"));
    JsonNode inserted =
        peer.call("insert", Map.of("jobs", jobs, "tx", "a")).path("results").path(0);
    long id = inserted.path("job").path("id").longValue();
    assertThat(peer.call("cancel", Map.of("id", id, "tx", "a")).path("state").stringValue())
        .isEqualTo("cancelled");
    assertThat(peer.call("retry", Map.of("id", id, "tx", "a")).path("state").stringValue())
        .isEqualTo("available");
    assertCode(REJECTED, () -> peer.call("tx_begin", Map.of("tx", "a")));
    peer.call("tx_end", Map.of("tx", "a", "commit", true));
    assertThat(ids(peer.call("list"))).containsExactly(id);
    assertCode(NOT_FOUND, () -> peer.call("tx_end", Map.of("tx", "a")));
    assertCode(NOT_FOUND, () -> peer.call("insert", Map.of("jobs", jobs, "tx", "b")));
  }

  @Test
  void cancelsAndRetries() {
    Peer peer = peer();
    long id = insert(peer, "", "");
    JsonNode cancelled = peer.call("cancel", Map.of("id", id));
    assertThat(cancelled.path("state").stringValue()).isEqualTo("cancelled");
    assertThat(cancelled.path("finalized_at").isNull()).isFalse();
    assertThat(cancelled.path("metadata").path("cancel_attempted_at").stringValue())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d*[1-9])?(Z|[+-]\\d\\d:\\d\\d)");
    assertThat(peer.call("cancel", Map.of("id", id)).path("finalized_at"))
        .isEqualTo(cancelled.path("finalized_at"));
    JsonNode retried = peer.call("retry", Map.of("id", id));
    assertThat(retried.path("state").stringValue()).isEqualTo("available");
    assertThat(retried.path("finalized_at").isNull()).isTrue();
    assertCode(NOT_FOUND, () -> peer.call("cancel", Map.of("id", id + 1)));
    assertCode(NOT_FOUND, () -> peer.call("retry", Map.of("id", id + 1)));
  }

  @Test
  void listsByFiltersOrdersAndCursors() {
    Peer peer = peer();
    var ids = new ArrayList<Long>();
    for (int i = 0; i < 5; i++) {
      var opts =
          Map.of(
              "queue",
              i % 2 == 0 ? "even" : "odd",
              "priority",
              i % 2 + 1,
              "tags",
              i == 0 ? List.of("zero") : List.of("more", "than"),
              "metadata",
              Map.of("i", i));
      ids.add(
          insert(peer, Map.of("behavior", "", "duration_ms", 0, "message", "n" + i, "opts", opts))
              .path("id")
              .longValue());
    }
    assertThat(ids(peer.call("list", Map.of("queues", List.of("odd")))))
        .containsExactly(ids.get(1), ids.get(3));
    assertThat(ids(peer.call("list", Map.of("priorities", List.of(1), "direction", "desc"))))
        .containsExactly(ids.get(4), ids.get(2), ids.get(0));
    assertThat(ids(peer.call("list", Map.of("tags_all", List.of("than", "more")))))
        .containsExactlyElementsOf(ids.subList(1, 5));
    assertThat(ids(peer.call("list", Map.of("metadata", Map.of("i", 2)))))
        .containsExactly(ids.get(2));
    assertThat(ids(peer.call("list", Map.of("states", List.of("running"))))).isEmpty();
    assertThat(ids(peer.call("list", Map.of("kinds", List.of("conformance_echo"))))).hasSize(5);
    assertThat(peer.call("list", Map.of("kinds", List.of("none"))).path("cursor").isNull())
        .isTrue();
    for (String order : List.of("id", "scheduled_at", "time")) {
      JsonNode first = peer.call("list", Map.of("order_by", order, "limit", 3));
      JsonNode rest =
          peer.call(
              "list",
              Map.of("order_by", order, "limit", 3, "after", first.path("cursor").stringValue()));
      assertThat(ids(first)).as(order).containsExactlyElementsOf(ids.subList(0, 3));
      assertThat(ids(rest)).as(order).containsExactlyElementsOf(ids.subList(3, 5));
    }
    peer.call("cancel", Map.of("id", ids.get(3)));
    peer.call("cancel", Map.of("id", ids.get(1)));
    assertThat(ids(peer.call("list", Map.of("order_by", "finalized_at"))))
        .containsExactly(ids.get(3), ids.get(1));
    assertCode(REJECTED, () -> peer.call("list", Map.of("after", "%%%")));
  }

  @Test
  void controlsQueues() {
    Peer peer = peer();
    assertCode(NOT_FOUND, () -> peer.call("queue", Map.of("action", "pause", "name", "default")));
    startClient(peer, Map.of());
    peer.call("queue", Map.of("action", "pause", "name", "default"));
    tables.await("select paused_at is not null from river_queue", "t");
    peer.call("queue", Map.of("action", "resume", "name", "*"));
    tables.await("select paused_at is null from river_queue", "t");
    peer.call("queue", Map.of("action", "update", "name", "default", "metadata", Map.of("a", "b")));
    assertThat(tables.value("select metadata::text from river_queue")).isEqualTo("{\"a\": \"b\"}");
    awaitEvent(peer, "queue_paused", 1);
    awaitEvent(peer, "queue_resumed", 1);
    peer.call("stop");
  }

  /** The counts come after what is counted. */
  static void awaitEvent(Peer peer, String kind, int count) {
    long deadline = System.nanoTime() + 30_000_000_000L;
    while (Fleet.events(peer, kind) < count) {
      assertThat(System.nanoTime()).as(kind).isLessThan(deadline);
      Thread.onSpinWait();
    }
    assertThat(Fleet.events(peer, kind)).isEqualTo(count);
  }

  @Test
  void behavesAsTheArgumentsSay() {
    Peer peer = peer();
    startClient(peer, Map.of("retry_delay_ms", 1, "fetch_poll_interval_ms", 100));
    long done = insert(peer, "", "");
    long waiting = insert(peer, "barrier_wait", "gate");
    long racing = insert(peer, "barrier_output", "gate");
    long cancelled = insert(peer, "cancel", "");
    long output = insert(peer, "output", "<said>");
    long steps = insert(peer, "resumable_cursor", "");
    tables.awaitState(waiting, "running");
    peer.call("release", Map.of("name", "gate"));
    for (long id : List.of(done, waiting, racing, output, steps)) {
      tables.awaitState(id, "completed");
    }
    tables.awaitState(cancelled, "cancelled");
    assertThat(job(peer, racing).path("metadata").path("output").toString())
        .isEqualTo("{\"race\":\"worker\"}");
    assertThat(job(peer, output).path("metadata").path("output").toString())
        .isEqualTo("{\"message\":\"<said>\"}");
    assertThat(job(peer, cancelled).path("errors").path(0).path("error").stringValue())
        .isEqualTo("JobCancelError: conformance cancel");
    JsonNode resumed = job(peer, steps);
    assertThat(resumed.path("attempt").intValue()).isEqualTo(3);
    assertThat(resumed.path("errors").size()).isEqualTo(2);
    assertThat(resumed.path("errors").path(1).path("error").stringValue())
        .isEqualTo("conformance retryable error");
    assertThat(resumed.path("metadata").path("river:resumable_step").stringValue())
        .isEqualTo("second");
    assertThat(resumed.path("attempted_by").size()).isEqualTo(3);
    awaitEvent(peer, "job_completed", 5);
    awaitEvent(peer, "job_failed", 2);
    awaitEvent(peer, "job_cancelled", 1);
    assertThat(peer.call("stats").path("error_handler_calls").intValue()).isEqualTo(2);
    peer.call("stop");
  }

  @Test
  void waitsAsTheArgumentsSay() {
    Peer peer = peer();
    startClient(peer, Map.of("retry_delay_ms", 20_000, "fetch_poll_interval_ms", 100));
    long slept =
        insert(peer, Map.of("behavior", "sleep", "duration_ms", 20, "message", ""))
            .path("id")
            .longValue();
    long snoozed =
        insert(peer, Map.of("behavior", "snooze_once", "duration_ms", 20, "message", ""))
            .path("id")
            .longValue();
    long failed = insert(peer, "error", "");
    long held = insert(peer, "cooperative_cancel", "");
    tables.awaitState(slept, "completed");
    tables.awaitState(snoozed, "completed");
    tables.awaitState(failed, "retryable");
    tables.awaitState(held, "running");
    assertThat(peer.call("cancel", Map.of("id", held)).path("state").stringValue())
        .isEqualTo("running");
    tables.awaitState(held, "cancelled");
    assertThat(job(peer, snoozed).path("metadata").path("snoozes").intValue()).isEqualTo(1);
    assertThat(job(peer, snoozed).path("attempt").intValue()).isEqualTo(1);
    assertThat(job(peer, held).path("errors").path(0).path("error").stringValue())
        .isEqualTo("JobCancelError: job cancelled remotely");
    awaitEvent(peer, "job_snoozed", 1);
    peer.call("stop", Map.of("cancel", true));
  }

  @Test
  void theErrorHandlerCancels() {
    Peer peer = peer();
    startClient(peer, Map.of("error_handler_cancel", true));
    long id = insert(peer, "error", "");
    tables.awaitState(id, "cancelled");
    assertThat(peer.call("stats").path("error_handler_calls").intValue()).isEqualTo(1);
    peer.call("stop");
  }

  @Test
  void anAttemptsTimeIsLimited() {
    Peer peer = peer();
    startClient(peer, Map.of("job_timeout_ms", 50, "retry_delay_ms", 60_000));
    long id =
        insert(peer, Map.of("behavior", "sleep", "duration_ms", 60_000, "message", ""))
            .path("id")
            .longValue();
    tables.awaitState(id, "retryable");
    peer.call("stop");
  }

  @Test
  void aStopThatCancelsPutsJobsBack() {
    Peer peer = peer();
    startClient(peer, Map.of());
    long id = insert(peer, "barrier_wait", "never");
    tables.awaitState(id, "running");
    peer.call("stop", Map.of("cancel", true));
    JsonNode job = job(peer, id);
    assertThat(job.path("state").stringValue()).isEqualTo("available");
    assertThat(job.path("attempt").intValue()).isZero();
    assertThat(job.path("errors").size()).isZero();
    startClient(peer, Map.of("client_id", "again"));
    peer.call("release", Map.of("name", "never"));
    tables.awaitState(id, "completed");
    assertThat(job(peer, id).path("attempted_by").toString())
        .isEqualTo("[\"candidate\",\"again\"]");
    peer.call("stop");
    peer.call("stop");
  }

  @Test
  void worksTheKindsItIsToldIn() {
    Peer peer = peer();
    long id = insert(peer, "", "");
    startClient(
        peer,
        Map.of("worker_kinds", List.of("conformance_echo_peer"), "fetch_only_known_kinds", true));
    peer.call("stop");
    assertThat(job(peer, id).path("state").stringValue()).isEqualTo("available");
    startClient(peer, Map.of("worker_kinds", List.of("conformance_echo_renamed")));
    tables.awaitState(id, "completed");
    peer.call("stop");
    long unknown = insert(peer, "", "");
    startClient(
        peer, Map.of("worker_kinds", List.of("conformance_echo_peer"), "retry_delay_ms", 60_000));
    tables.awaitState(unknown, "retryable");
    assertThat(job(peer, unknown).path("errors").path(0).path("error").stringValue())
        .startsWith("job kind is not registered in the client's Workers bundle: conformance_echo");
    peer.call("stop");
  }

  @Test
  void worksSeveralQueuesByPolling() {
    Peer peer = peer();
    startClient(
        peer,
        Map.of(
            "queues",
            List.of("one", "two"),
            "max_workers",
            1,
            "poll_only",
            true,
            "fetch_poll_interval_ms",
            100));
    for (String queue : List.of("one", "two")) {
      JsonNode job =
          insert(
              peer,
              Map.of(
                  "behavior", "", "duration_ms", 0, "message", "", "opts", Map.of("queue", queue)));
      tables.awaitState(job.path("id").longValue(), "completed");
    }
    assertThat(tables.column("select name from river_queue order by 1"))
        .containsExactly("one", "two");
    assertCode(REJECTED, () -> startClient(peer, Map.of()));
    peer.call("stop");
  }

  @Test
  void aNotificationWakesAWorkerThatPollsOnceAMinute() {
    Peer peer = peer();
    startClient(peer, Map.of("fetch_poll_interval_ms", 60_000));
    Peer other = peer();
    long id = insert(other, "", "");
    tables.awaitState(id, "completed");
    assertThat(
            tables.value(
                "select finalized_at - created_at < interval '5 s' from river_job where id = "
                    + id))
        .isEqualTo("t");
    peer.call("stop");
  }

  @Test
  void usesFewConnectionsAllByItsName() {
    String before =
        tables.value("select count(*) from pg_stat_activity where datname = current_database()");
    Peer peer =
        peer(tables.url() + (tables.url().contains("?") ? "&" : "?") + "application_name=given");
    startClient(peer, Map.of());
    peer.call("tx_begin", Map.of("tx", "a"));
    insert(peer, "", "");
    peer.call("list");
    long named = count("application_name = '" + APPLICATION + "'");
    assertThat(named).isBetween(2L, 10L);
    assertThat(count("application_name <> '" + APPLICATION + "'"))
        .isLessThanOrEqualTo(Long.parseLong(before));
    peer.call("stop");
  }

  private long count(String condition) {
    return Long.parseLong(
        tables.value(
            "select count(*) from pg_stat_activity where datname = current_database() and "
                + condition));
  }

  @Test
  void honoursSchemasBySearchPathAndByName() {
    tables.execute("create schema jobs");
    String byPath =
        tables.url() + (tables.url().contains("?") ? "&" : "?") + "options=-csearch_path%3Djobs";
    Peer peer = peer(byPath);
    assertThat(peer.call("migrate", Map.of("direction", "up")).path("versions").toString())
        .isEqualTo("[1,2,3,4,5,6,7,8]");
    insert(peer, "", "");
    assertThat(tables.value("select count(*) from jobs.river_job")).isEqualTo("1");
    assertThat(tables.value("select count(*) from public.river_job")).isEqualTo("0");
    Peer other = peer();
    startClient(other, Map.of("schema", "jobs"));
    tables.await("select count(*) from jobs.river_job where state = 'completed'", 1);
    other.call("stop");
    assertThat(other.call("list", Map.of("schema", "jobs")).path("jobs").size()).isOne();
    assertThat(
            other
                .call("migrate", Map.of("direction", "down", "target_version", 7, "schema", "jobs"))
                .path("versions")
                .toString())
        .isEqualTo("[8]");
    assertThat(
            other
                .call(
                    "migrate", Map.of("direction", "down", "target_version", -1, "schema", "jobs"))
                .path("versions")
                .toString())
        .isEqualTo("[7,6,5,4,3,2,1]");
    assertThat(tables.value("select to_regclass('jobs.river_job')")).isNull();
    assertCode(
        REJECTED, () -> other.call("migrate", Map.of("direction", "up", "target_version", 99)));
  }

  @Test
  void leadsUnlessItIsToldNotTo() {
    Peer peer = peer();
    assertCode(
        REJECTED,
        () ->
            startClient(
                peer, Map.of("leader_election_disabled", true, "periodic_run_on_start", true)));
    startClient(peer, Map.of("leader_election_disabled", true));
    tables.awaitState(insert(peer, "", ""), "completed");
    assertThat(tables.value("select count(*) from river_leader")).isEqualTo("0");
    peer.call("stop");
    startClient(peer, Map.of("periodic_run_on_start", true, "periodic_unique", true));
    tables.await("select leader_id from river_leader", "candidate");
    tables.await("select count(*) from river_job where metadata ? 'periodic'", 2);
    assertThat(
            tables.column(
                "select (metadata ->> 'river:periodic_job_id') || (unique_key is not null)::text"
                    + " from river_job where metadata @> '{\"periodic\": true}' order by 1"))
        .containsExactly("conformance-periodic-markerfalse", "conformance-periodictrue");
    assertThat(peer.call("stats").path("periodic_starts").intValue()).isEqualTo(1);
    String term = tables.value("select elected_at from river_leader");
    peer.call("request_resign");
    tables.await("select elected_at <> '" + term + "' from river_leader", "t");
    peer.call("tx_begin", Map.of("tx", "a"));
    peer.call("request_resign", Map.of("tx", "a"));
    peer.call("tx_end", Map.of("tx", "a"));
    peer.call("stop");
    assertThat(tables.value("select count(*) from river_leader")).isEqualTo("0");
  }

  @Test
  void rescuesWhatIsStuck() {
    Peer peer = peer();
    long id = insert(peer, "", "");
    tables.execute(
        "update river_job set state = 'running', attempt = 1, attempted_by = '{gone}',"
            + " attempted_at = now() - interval '1 h'");
    startClient(
        peer,
        Map.of(
            "rescue_after_ms",
            60_000,
            "retry_delay_ms",
            1,
            "tuning",
            Map.of(
                "elect_interval_ms",
                200,
                "rescuer_interval_ms",
                200,
                "scheduler_interval_ms",
                200)));
    tables.awaitState(id, "completed");
    JsonNode job = job(peer, id);
    assertThat(job.path("attempt").intValue()).isEqualTo(2);
    assertThat(job.path("errors").path(0).path("error").stringValue())
        .isEqualTo("Stuck job rescued by JobRescuer");
    assertThat(job.path("metadata").toString()).isEqualTo("{\"river:rescue_count\":1}");
    peer.call("stop");
  }
}
