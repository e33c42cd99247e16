package dev.gala.internal.dispatch;

import dev.gala.context.ContextManager;
import dev.gala.event.Definition;
import dev.gala.event.Emission;
import dev.gala.event.EmitReceipt;
import dev.gala.event.Emitter;
import dev.gala.event.Envelope;
import dev.gala.event.EventContext;
import dev.gala.event.EventId;
import dev.gala.event.Topic;
import dev.gala.internal.registry.Registry;
import dev.gala.internal.threads.Threads;
import dev.gala.json.JsonCodecs;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

/** A dispatch with a topic, a carrier and a clock that stands. */
final class Harness {
  static final Topic<String> TOPIC = Topic.of("topic", String.class);

  final Registry registry = new Registry(JsonCodecs.defaults());
  final FakeCarrier carrier = new FakeCarrier();
  final List<String> ran = new CopyOnWriteArrayList<>();
  DispatchRules rules = DispatchRules.durable().withInterruptGrace(Duration.ofMillis(20));
  Instant now = Instant.parse("2026-01-02T03:04:05Z");
  Marks marks = Marks.none();
  int attempt = 1;
  volatile boolean cancelled;

  /** Attaches a listener. */
  void on(Definition.Builder<String> definition) {
    registry.register(List.of(definition.build()));
  }

  /** Attaches one that notes that it ran, or fails if it is to. */
  void on(String name, boolean fails) {
    on(
        Definition.builder(TOPIC, name)
            .handler(
                (event, context) -> {
                  ran.add(name);
                  if (fails) {
                    throw new IllegalStateException("no " + name);
                  }
                }));
  }

  /** Attaches a transactional one that notes that it ran. */
  void onTransactional(String name) {
    on(
        Definition.builder(TOPIC, name)
            .transactionalHandler((event, context, connection) -> ran.add(name)));
  }

  /** One attempt at the event, of three. */
  Verdict run() {
    return dispatch().run(incoming());
  }

  Dispatch dispatch() {
    return new Dispatch(
        registry, new ContextManager(), Threads.virtual("test"), () -> now, rules, new Random(1));
  }

  Incoming incoming() {
    return new Incoming(
        Envelope.of("topic", "\"payload\"", now),
        marks,
        attempt,
        3,
        now,
        List.of(),
        new Plain(),
        carrier,
        () -> cancelled,
        null,
        EventContext.empty());
  }

  private final class Plain implements Emitter {
    @Override
    public List<EmitReceipt> emitAll(List<? extends Emission<?>> emissions) {
      emissions.forEach(emission -> ran.add("emit " + emission.topic().name()));
      return emissions.stream().map(e -> new EmitReceipt(EventId.random(), false, 1L)).toList();
    }

    @Override
    public EmitReceipt emitEnvelope(Envelope envelope) {
      throw new UnsupportedOperationException("not in these tests");
    }
  }
}
