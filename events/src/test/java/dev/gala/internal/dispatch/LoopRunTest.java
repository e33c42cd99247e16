package dev.gala.internal.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.context.ContextManager;
import dev.gala.durable.RiverDispatcher;
import dev.gala.event.Definition;
import dev.gala.event.Emission;
import dev.gala.event.Emitter;
import dev.gala.event.Envelope;
import dev.gala.event.EventContext;
import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.event.HandlerContext;
import dev.gala.event.Headers;
import dev.gala.event.Loop;
import dev.gala.event.LoopHandler;
import dev.gala.event.Topic;
import dev.gala.internal.registry.Registry;
import dev.gala.internal.threads.Threads;
import dev.gala.json.JsonCodecs;
import dev.gala.schedule.Schedule;
import dev.gala.schedule.ScheduleState;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** One run of a loop, and what it emits at its end. */
class LoopRunTest {
  /** A run of one customer's loop. */
  record Sync(String customer, ScheduleState schedule) {
    Sync at(ScheduleState state) {
      return new Sync(customer, state);
    }
  }

  private static final Topic<Sync> SYNC =
      Topic.of("sync", Sync.class).uniqueBy(sync -> "sync:" + sync.customer());
  private static final Topic<Sync> KEYLESS = Topic.of("sync", Sync.class);
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final Schedule SCHEDULE =
      new Schedule(Duration.ofMinutes(10), Duration.ofMinutes(60), 2.0, 100);

  private final FakeCarrier carrier = new FakeCarrier();
  private final List<String> exhausted = new ArrayList<>();
  private Topic<Sync> topic = SYNC;
  private String payload = "{\"customer\":\"c-1\"}";
  private Headers headers = Headers.none();
  private int attempt = 1;
  private boolean cancelled;

  @Test
  void theFirstRunNamesTheChainByItsEvent() {
    Envelope event = envelope();
    assertThat(run(event, (sync, context) -> 1)).isInstanceOf(Verdict.Done.class);

    Emission<?> next = next();
    assertThat(state(next))
        .isEqualTo(ScheduleState.of(Duration.ofMinutes(10), 0, 0).inChain(event.id().value(), 1));
    Headers given = next.options().headers(NOW);
    assertThat(given.uniqueKey()).isEqualTo("sync:c-1:incarnation:" + event.id() + ":cycle:1");
    assertThat(given.uniqueOnce()).isTrue();
    assertThat(given.scheduledTime()).isEqualTo(NOW.plus(Duration.ofMinutes(10)));
  }

  @Test
  void laterRunsGoOnFromWhereTheScheduleStands() {
    payload =
        """
        {"customer":"c-1","schedule":{"incarnation":"I","interval":1200000000000,
          "idle_streak":1,"error_streak":0,"cycle":7}}
        """;
    run((sync, context) -> 0);

    assertThat(state(next()))
        .isEqualTo(ScheduleState.of(Duration.ofMinutes(40), 2, 0).inChain("I", 8));
    assertThat(next().options().headers(NOW).uniqueKey())
        .isEqualTo("sync:c-1:incarnation:I:cycle:8");
  }

  @Test
  void aTopicWithoutAKeyHasOneLoop() {
    topic = KEYLESS;
    Envelope event = envelope();
    run(event, (sync, context) -> 1);
    assertThat(next().options().headers(NOW).uniqueKey())
        .isEqualTo("sync:loop:incarnation:" + event.id() + ":cycle:1");
  }

  @Test
  void theNextEventGoesTheWayOfThisOne() {
    headers =
        Headers.builder()
            .queue("slow")
            .tags(List.of("a"))
            .maxAttempts(7)
            .metadata("{\"m\":1}")
            .idempotencyKey("key")
            .uniqueKey("old")
            .kind("gala.old")
            .scheduledAt(NOW)
            .property("p", "v")
            .property("gala_loop", "sync:c-1")
            .property(HandlerContext.CORRELATION_ID, "first")
            .property(HandlerContext.CAUSATION_ID, "before")
            .build();
    Envelope event = envelope();
    run(event, (sync, context) -> 1);

    Headers given = next().options().headers(NOW);
    assertThat(given.queue()).isEqualTo("slow");
    assertThat(given.tags()).containsExactly("a");
    assertThat(given.maxAttempts()).isEqualTo(7);
    assertThat(given.metadata()).isEqualTo("{\"m\":1}");
    assertThat(given.idempotencyKey()).isNull();
    assertThat(given.kind()).isNull();
    assertThat(given.properties())
        .isEqualTo(
            Map.of(
                "p",
                "v",
                HandlerContext.CORRELATION_ID,
                "first",
                HandlerContext.CAUSATION_ID,
                event.id().value()));
  }

  @Test
  void headersAndScheduleMayDependOnThePayload() {
    run(
        loop((sync, context) -> 1)
            .withOverride(sync -> SCHEDULE.withMinInterval(Duration.ofMinutes(30)))
            .withHeaders(
                (sync, carriedOn) -> carriedOn.toBuilder().queue("q-" + sync.customer()).build()));
    Headers given = next().options().headers(NOW);
    assertThat(given.queue()).isEqualTo("q-c-1");
    assertThat(given.scheduledTime()).isEqualTo(NOW.plus(Duration.ofMinutes(30)));
  }

  @Test
  void aRunThatFailsBacksOffAndIsCancelledWhenTheNextIsStored() {
    Verdict verdict =
        run(
            (sync, context) -> {
              throw new IllegalStateException("no answer");
            });
    assertThat(verdict)
        .isInstanceOfSatisfying(
            Verdict.Cancel.class, cancel -> assertThat(cancel.reason()).contains("no answer"));
    assertThat(state(next()).errorStreak()).isEqualTo(1);
    assertThat(state(next()).interval()).isEqualTo(Duration.ofMinutes(20));
  }

  @Test
  void aFailureThatCancelsHasNoNextRun() {
    Verdict verdict =
        run(
            Definition.builder(topic, "loop")
                .loop(
                    loop(
                        (sync, context) -> {
                          throw new TimeoutException("gone");
                        }))
                .cancelWhen(TimeoutException.class::isInstance)
                .build());
    assertThat(verdict).isInstanceOf(Verdict.Cancel.class);
    assertThat(carrier.emitted).isEmpty();
  }

  @Test
  void aRunThatWasToldToEndHasNoNextRunHoweverItEnds() {
    cancelled = true;
    assertThat(run((sync, context) -> 1)).isInstanceOf(Verdict.Interrupted.class);
    assertThat(
            run(
                (sync, context) -> {
                  throw new IllegalStateException("interrupted");
                }))
        .isInstanceOf(Verdict.Interrupted.class);
    assertThat(carrier.emitted).isEmpty();
  }

  @Test
  void anErrorIsTriedAgain() {
    Verdict verdict =
        run(
            (sync, context) -> {
              throw new LinkageError("a bug");
            });
    assertThat(verdict).isInstanceOf(Verdict.Retry.class);
    assertThat(carrier.emitted).isEmpty();
  }

  @Test
  void whatCannotBeStoredFailsTheRun() {
    carrier.emitFailure = new GalaException(GalaError.DISPATCH_FAILED, "no database");
    assertThat(run((sync, context) -> 1)).isInstanceOf(Verdict.Retry.class);
  }

  @Test
  void aNextRunThatHasEndedAlreadyIsNoFailure() {
    carrier.emitFailure =
        new GalaException(
            GalaError.DISPATCH_FAILED,
            "held",
            new GalaException(
                GalaError.RIVER_DISPATCH_INSERT_FAILED,
                "held",
                null,
                Map.of(RiverDispatcher.HOLDER, "5")));
    assertThat(run((sync, context) -> 1)).isInstanceOf(Verdict.Done.class);
  }

  @Test
  void theLoopGoesOnWhenTheLastAttemptHasFailed() {
    attempt = 3;
    Verdict verdict =
        run(
            Definition.builder(topic, "loop")
                .loop(
                    loop(
                        (sync, context) -> {
                          throw new LinkageError("a bug");
                        }))
                .onExhausted((sync, context, failure) -> exhausted.add(sync.customer()))
                .build());
    assertThat(verdict).isInstanceOf(Verdict.Fail.class);
    assertThat(state(next()).errorStreak()).isEqualTo(1);
    assertThat(exhausted).containsExactly("c-1");
  }

  private Loop<Sync> loop(LoopHandler<Sync> handler) {
    return Loop.of(SCHEDULE, Sync::schedule, Sync::at, handler);
  }

  private Verdict run(LoopHandler<Sync> handler) {
    return run(envelope(), handler);
  }

  private Verdict run(Loop<Sync> loop) {
    return run(Definition.ofLoop(topic, "loop", loop));
  }

  private Verdict run(Envelope event, LoopHandler<Sync> handler) {
    return run(event, Definition.ofLoop(topic, "loop", loop(handler)));
  }

  private Verdict run(Definition<Sync> definition) {
    return run(envelope(), definition);
  }

  private Verdict run(Envelope event, Definition<Sync> definition) {
    var registry = new Registry(JsonCodecs.defaults());
    registry.register(List.of(definition));
    var dispatch =
        new Dispatch(
            registry,
            new ContextManager(),
            Threads.virtual("test"),
            () -> NOW,
            DispatchRules.durable().withInterruptGrace(Duration.ofMillis(20)),
            new Random(1));
    return dispatch.run(
        new Incoming(
            event,
            Marks.none(),
            attempt,
            3,
            NOW,
            List.of(),
            nobody(),
            carrier,
            () -> cancelled,
            null,
            EventContext.empty()));
  }

  private Envelope envelope() {
    return Envelope.of("sync", payload, NOW).withHeaders(headers);
  }

  private Emission<?> next() {
    assertThat(carrier.emitted).hasSize(1);
    return carrier.emitted.getFirst();
  }

  private static ScheduleState state(Emission<?> next) {
    assertThat(next.payload()).isInstanceOf(Sync.class);
    return ((Sync) next.payload()).schedule();
  }

  /** The next run is emitted once, and never otherwise. */
  private static Emitter nobody() {
    return (Emitter)
        Proxy.newProxyInstance(
            LoopRunTest.class.getClassLoader(),
            new Class<?>[] {Emitter.class},
            (proxy, method, arguments) -> {
              throw new AssertionError(method.getName());
            });
  }
}
