package dev.gala.interop;

import static dev.gala.interop.peer.Fleet.elements;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.conformance.RiverPoint;
import dev.gala.interop.peer.Fleet;
import dev.gala.interop.peer.Language;
import dev.gala.interop.peer.Peer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Unique jobs that both sides insert at once: one row each, whoever comes first. */
class UniqueAcrossLanguagesTest {
  private static final int KEYS = 150;

  @RegisterExtension private final Fleet fleet = new Fleet();

  static Stream<Named<Map<String, Object>>> unique() {
    return Stream.of(
        Named.of("arguments", Map.of("by_args", true)),
        Named.of("arguments and queue", Map.of("by_args", true, "by_queue", true)),
        Named.of(
            "arguments and period of the scheduled time",
            Map.of("by_args", true, "by_period_ms", 7 * 3_600_000)),
        Named.of("arguments without the kind", Map.of("by_args", true, "exclude_kind", true)),
        Named.of(
            "arguments in some states",
            Map.of(
                "by_args",
                true,
                "by_state",
                List.of("available", "pending", "running", "scheduled", "cancelled"))));
  }

  @ParameterizedTest
  @MethodSource("unique")
  @RiverPoint({29, 32})
  void bothInsertingAtOnceGiveOneRow(Map<String, Object> unique) {
    List<Map<String, Object>> jobs =
        IntStream.range(0, KEYS).mapToObj(i -> job(i, unique)).toList();
    Peer go = fleet.start(Language.GO);
    Peer java = fleet.start(Language.JAVA);
    var answers = new ArrayList<JsonNode>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Stream.of(go, java)
          .map(peer -> CompletableFuture.supplyAsync(() -> oneByOne(peer, jobs), threads))
          .toList()
          .forEach(future -> answers.addAll(future.join()));
    }
    assertThat(fleet.tables().value("select count(*) from river_job"))
        .isEqualTo(String.valueOf(KEYS));
    assertThat(answers).hasSize(2 * KEYS);
    assertThat(answers.stream().filter(answer -> !duplicate(answer))).hasSize(KEYS);
    for (int i = 0; i < KEYS; i++) {
      // The loser is given the winner's row.
      assertThat(answers.get(i).path("job")).isEqualTo(answers.get(KEYS + i).path("job"));
    }
  }

  /** Both sides at once, over and over. */
  private static List<JsonNode> oneByOne(Peer peer, List<Map<String, Object>> jobs) {
    return jobs.stream()
        .flatMap(job -> elements(peer.call("insert", Map.of("jobs", List.of(job))).path("results")))
        .toList();
  }

  private static boolean duplicate(JsonNode answer) {
    return answer.path("unique_skipped_as_duplicate").booleanValue();
  }

  private static Map<String, Object> job(int i, Map<String, Object> unique) {
    var job = new HashMap<String, Object>();
    var opts = new HashMap<String, Object>(Map.of("unique", unique));
    if (unique.containsKey("by_period_ms")) {
      opts.put("scheduled_at", "2026-03-0" + (i % 9 + 1) + "T03:04:05.000001Z");
    }
    job.put("opts", opts);
    switch (i % 3) {
      case 0 -> {
        job.put("behavior", "");
        job.put("duration_ms", i);
        job.put("message", "<&>\u2028é😀" + i);
      }
      case 1 -> {
        job.put("kind", "interop_rich");
        job.put(
            "args",
            Map.of(
                "number",
                i,
                "text",
                "\"\\/\b\f\n\r\t\u0001\u007f",
                "ratio",
                i * 1e20,
                "bytes",
                "AAH/",
                "names",
                Map.of("z", "<", "a", "&")));
      }
      default -> {
        // Only the tenant and the customer's id count.
        job.put("kind", "interop_selected");
        job.put(
            "args",
            Map.of("note", "any", "tenant", "t" + i, "customer", Map.of("id", i, "name", "any")));
      }
    }
    return job;
  }
}
