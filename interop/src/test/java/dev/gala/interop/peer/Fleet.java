package dev.gala.interop.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import tools.jackson.databind.JsonNode;

/** A database for each test, and the peers on it, which end with the test. */
public final class Fleet implements BeforeEachCallback, AfterEachCallback {
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  private final List<Peer> peers = new ArrayList<>();
  private Tables tables;

  @Override
  public void beforeEach(ExtensionContext context) {
    tables = Tables.create();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    peers.forEach(Peer::close);
    peers.clear();
    tables.close();
  }

  /** The test's database. */
  public Tables tables() {
    return tables;
  }

  /** Starts a peer named after its language. */
  public Peer start(Language language) {
    return start(language, language.name().toLowerCase(Locale.ROOT));
  }

  /** Starts a peer. */
  public Peer start(Language language, String name) {
    Peer peer = language.start(name, tables.url());
    peers.add(peer);
    return peer;
  }

  /** Starts a client on a peer, which tells what it does; its id is the peer's name. */
  public static void work(Peer peer, Map<String, ?> more) {
    var params = new HashMap<String, Object>();
    params.put("client_id", peer.name());
    params.put("tell", true);
    params.putAll(more);
    peer.call("start", params);
  }

  /** Inserts one job, and gives its row. */
  public static JsonNode insert(Peer peer, Map<String, ?> job) {
    return peer.call("insert", Map.of("jobs", List.of(job))).path("results").path(0).path("job");
  }

  /** Inserts a job with a behavior, and gives its id. */
  public static long insert(Peer peer, String behavior, String message) {
    return insert(peer, Map.of("behavior", behavior, "duration_ms", 0, "message", message))
        .path("id")
        .longValue();
  }

  /** A job's row as a peer sees it. */
  public static JsonNode job(Peer peer, long id) {
    return peer.call("get", Map.of("id", id));
  }

  /** The ids of a page of jobs. */
  public static List<Long> ids(JsonNode page) {
    return elements(page.path("jobs")).map(job -> job.path("id").longValue()).toList();
  }

  /** An array's elements. */
  public static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  /** Waits until a peer has counted so many events: they come after what they tell. */
  public static void awaitEvents(Peer peer, String kind, int count) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (events(peer, kind) < count) {
      assertThat(System.nanoTime()).as(peer.name() + " counts " + kind).isLessThan(deadline);
    }
  }

  /** How many events of a kind a peer's client has told since it was started. */
  public static long events(Peer peer, String kind) {
    return elements(peer.call("stats").path("events"))
        .filter(event -> event.stringValue().equals(kind))
        .count();
  }
}
