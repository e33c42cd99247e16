package dev.gala.interop;

import static dev.gala.interop.peer.Fleet.work;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.conformance.RiverPoint;
import dev.gala.interop.peer.Fleet;
import dev.gala.interop.peer.Language;
import dev.gala.interop.peer.Peer;
import dev.gala.interop.peer.Peer.Told;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Processes of both languages on one queue; {@code -Plong} gives them 100,000 jobs. */
class MixedFleetTest {
  private static final int JOBS = Integer.getInteger("interop.jobs", 20_000);
  private static final int BATCH = 500;

  @RegisterExtension private final Fleet fleet = new Fleet();

  @Test
  @RiverPoint(40)
  void worksEveryJobExactlyOnce() {
    var workers =
        List.of(
            fleet.start(Language.GO, "go-1"),
            fleet.start(Language.JAVA, "java-1"),
            fleet.start(Language.GO, "go-2"),
            fleet.start(Language.JAVA, "java-2"));
    workers.forEach(peer -> work(peer, Map.of("max_workers", 100)));
    var inserters =
        List.of(fleet.start(Language.GO, "go-insert"), fleet.start(Language.JAVA, "java-insert"));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      inserters.stream()
          .map(peer -> CompletableFuture.runAsync(() -> insertHalf(peer), threads))
          .toList()
          .forEach(CompletableFuture::join);
    }
    fleet.tables().await("select count(*) from river_job where state = 'completed'", JOBS);

    var begun = new ArrayList<Long>();
    for (Peer peer : workers) {
      peer.call("stop");
      List<Long> own = peer.told("begun").stream().map(Told::id).toList();
      assertThat(own).as(peer.name()).isNotEmpty();
      begun.addAll(own);
    }
    assertThat(begun).hasSize(JOBS).doesNotHaveDuplicates();
    assertThat(
            fleet
                .tables()
                .value(
                    "select count(*) from river_job where attempt = 1 and errors is null and"
                        + " cardinality(attempted_by) = 1"))
        .isEqualTo(String.valueOf(JOBS));
  }

  private static void insertHalf(Peer peer) {
    var params = Map.of("behavior", "", "duration_ms", 0, "message", "", "batch", BATCH);
    peer.call("insert_many", merged(params, Map.of("count", JOBS / 4, "fast", true)));
    peer.call("insert_many", merged(params, Map.of("count", JOBS / 4, "fast", false)));
  }

  private static Map<String, Object> merged(Map<String, ?> one, Map<String, ?> other) {
    var both = new HashMap<String, Object>(one);
    both.putAll(other);
    return both;
  }
}
