package dev.gala.durable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.Gala;
import dev.gala.GalaConfig;
import dev.gala.event.EmitOptions;
import dev.gala.event.Headers;
import dev.gala.event.Namespace;
import dev.gala.event.Renames;
import dev.gala.event.Topic;
import dev.gala.event.UnhandledEvents;
import dev.gala.event.UnhandledEvents.Reason;
import dev.gala.event.Versions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a runtime says of stored events that it cannot handle. */
class UnhandledEventsTest {
  private static final Topic<Order> GONE = Topic.of("gone", Order.class);
  private static final Topic<Order> SILENT = Topic.of("silent", Order.class);
  private static final Topic<Order> RENAMED = Topic.of("order.created", Order.class);

  @RegisterExtension private final Durable durable = new Durable();

  @Test
  void eventsNobodyHereCanHandleAreToldAndLoggedOnce() throws Exception {
    Gala emitter = durable.gala();
    for (int i = 0; i < 3; i++) {
      emitter.emit(GONE, new Order("o", i), later());
    }
    emitter.emit(SILENT, new Order("o", 1), later());
    emitter.emit(RENAMED, new Order("o", 1), later());
    emitter.emit(Order.PLACED, new Order("o", 1), later());
    Headers newer = Headers.builder().property(Versions.PROPERTY, "2").build();
    byte[] raw = "{}".getBytes(StandardCharsets.UTF_8);
    emitter.emit(Order.PLACED, null, later().toBuilder().headers(newer).rawPayload(raw).build());
    emitter.emit(GONE, new Order("o", 1), later().toBuilder().queue("another").build());

    Gala gala = listening(durable.config());
    gala.register(SILENT);
    assertThat(gala.unhandledEvents())
        .containsExactlyInAnyOrder(
            new UnhandledEvents("gone", "1", Reason.UNKNOWN_TOPIC, 3),
            new UnhandledEvents("silent", "1", Reason.NO_LISTENER, 1),
            new UnhandledEvents("order.placed", "2", Reason.UNKNOWN_VERSION, 1))
        .first()
        .extracting(UnhandledEvents::topic)
        .isEqualTo("gone");

    String line = "stored events wait that this process cannot handle: 3 of topic \"gone\" (not";
    durable.expectWarning(line);
    gala.startWorkers();
    Await.until("the report", () -> durable.warnings(line) == 1);
    gala.stopWorkers();
    gala.startWorkers();
    gala.stopWorkers();
    assertThat(durable.warnings("stored events wait")).as("once").isEqualTo(1);
    assertThat(durable.warnings("1 of topic \"silent\" (nobody listens here)")).isEqualTo(1);
    assertThat(
            durable.warnings(
                "1 of topic \"order.placed\" (their payloads' version 2 is not known here)"))
        .isEqualTo(1);
  }

  @Test
  void whereAllCanBeHandledNothingIsSaid() throws Exception {
    Gala emitter = durable.gala();
    emitter.emit(RENAMED, new Order("o", 1), later());
    emitter.emit(GONE, new Order("o", 1));
    durable
        .rows()
        .execute(
            "update river_job set state = 'completed', finalized_at = now()"
                + " where state = 'available'");
    durable
        .rows()
        .execute(
            "insert into river_job (args, kind, max_attempts, queue) values"
                + " ('{}', 'somebody_elses', 25, 'events')");
    Gala gala = listening(durable.config());
    assertThat(gala.unhandledEvents()).isEmpty();
    gala.startWorkers();
  }

  @Test
  void namespacesOfTheRuntimeAreLookedAtToo() throws Exception {
    Namespace system = Namespace.SYSTEM;
    Gala emitter = durable.gala(durable.config().namespace(system, 1));
    emitter.emit(system.at("gone", Order.class), new Order("o", 1), later());
    assertThat(listening(durable.config()).unhandledEvents()).isEmpty();
    assertThat(listening(durable.config().namespace(system, 1)).unhandledEvents())
        .containsExactly(new UnhandledEvents("system.gone", "1", Reason.UNKNOWN_TOPIC, 1));
  }

  @Test
  void inMemoryThereAreNone() {
    try (Gala gala = Gala.inMemory()) {
      assertThat(gala.unhandledEvents()).isEmpty();
    }
  }

  private Gala listening(GalaConfig.Builder config) {
    Gala gala = durable.gala(config.renames(Renames.none().topic("order.created", "order.placed")));
    gala.on(Order.PLACED, "book", (event, context) -> {});
    return gala;
  }

  private static EmitOptions later() {
    return EmitOptions.builder().delay(Duration.ofHours(1)).build();
  }
}
