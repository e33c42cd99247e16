package dev.gala.interop.adapter;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Which parameters the suite's methods have. Others are refused, so that none is passed over. */
final class Shapes {
  private static final Set<String> IN = Set.of("schema", "tx");
  private static final Set<String> JOB = Set.of("behavior", "duration_ms", "message", "opts");
  private static final Set<String> OPTIONS =
      Set.of(
          "max_attempts",
          "metadata",
          "pending",
          "priority",
          "queue",
          "scheduled_at",
          "tags",
          "unique");
  private static final Set<String> UNIQUE =
      Set.of("by_args", "by_period_ms", "by_queue", "by_state", "exclude_kind");

  private static final Map<String, Set<String>> METHODS =
      Map.ofEntries(
          Map.entry("cancel", Set.of("id", "schema", "tx")),
          Map.entry("handshake", Set.of()),
          Map.entry("insert", Set.of("jobs", "schema", "tx")),
          Map.entry(
              "list",
              Set.of(
                  "after",
                  "direction",
                  "ids",
                  "kinds",
                  "limit",
                  "metadata",
                  "order_by",
                  "priorities",
                  "queues",
                  "schema",
                  "states",
                  "tags_all",
                  "tx")),
          Map.entry("migrate", Set.of("direction", "schema", "target_version")),
          Map.entry("queue", Set.of("action", "metadata", "name", "schema", "tx")),
          Map.entry("release", Set.of("name")),
          Map.entry("request_resign", IN),
          Map.entry("retry", Set.of("id", "schema", "tx")),
          Map.entry(
              "start",
              Set.of(
                  "claim_barrier",
                  "client_id",
                  "error_handler_cancel",
                  "fetch_only_known_kinds",
                  "fetch_poll_interval_ms",
                  "job_timeout_ms",
                  "leader_election_disabled",
                  "max_workers",
                  "periodic_run_on_start",
                  "periodic_unique",
                  "poll_only",
                  "queues",
                  "rescue_after_ms",
                  "retry_delay_ms",
                  "schema",
                  "tuning",
                  "worker_kinds")),
          Map.entry("stats", Set.of()),
          Map.entry("stop", Set.of("cancel")),
          Map.entry("tx_begin", Set.of("tx")),
          Map.entry("tx_end", Set.of("commit", "tx")));

  private Shapes() {}

  /** The same method, which first refuses what it does not know. */
  static Method strict(String name, Method method) {
    Set<String> known = METHODS.get(name);
    if (known == null) {
      return method;
    }
    return params -> {
      check(params, known);
      if (name.equals("insert")) {
        params.objects("jobs").forEach(Shapes::job);
      }
      return method.answer(params);
    };
  }

  private static void job(Params job) {
    check(job, JOB);
    Params options = job.object("opts");
    if (options != null) {
      check(options, OPTIONS);
      Params unique = options.object("unique");
      if (unique != null) {
        check(unique, UNIQUE);
      }
    }
  }

  private static void check(Params given, Set<String> known) {
    var others = new TreeSet<>(given.names());
    others.removeAll(known);
    if (!others.isEmpty()) {
      throw RpcException.invalidParams(
          "there is no " + List.copyOf(others) + ": there is " + new TreeSet<>(known));
    }
  }
}
