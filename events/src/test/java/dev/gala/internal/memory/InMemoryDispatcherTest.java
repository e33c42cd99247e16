package dev.gala.internal.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.context.ContextManager;
import dev.gala.event.ContextKey;
import dev.gala.event.Definition;
import dev.gala.event.Emission;
import dev.gala.event.EmitReceipt;
import dev.gala.event.Emitter;
import dev.gala.event.Envelope;
import dev.gala.event.EventContext;
import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.event.Headers;
import dev.gala.event.Outcome;
import dev.gala.event.Topic;
import dev.gala.internal.dispatch.Dispatch;
import dev.gala.internal.dispatch.DispatchRules;
import dev.gala.internal.registry.Registry;
import dev.gala.internal.threads.Threads;
import dev.gala.json.JsonCodecs;
import dev.gala.pool.Pool;
import dev.gala.river.job.Tx;
import dev.gala.spi.Dispatcher;
import dev.gala.spi.Outgoing;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class InMemoryDispatcherTest {
  record Ping(int n) {}

  private static final Topic<Ping> PINGS = Topic.of("pings", Ping.class);
  private static final Duration LONG = Duration.ofSeconds(20);

  private final Registry registry = new Registry(JsonCodecs.defaults());
  private final Pool pool = Pool.builder().workers(1).maxWaiting(1).build();
  private final InstantSource clock = InstantSource.system();
  private final List<String> ran = new CopyOnWriteArrayList<>();
  private final HandlerThreads handlers = new HandlerThreads(Threads.virtual("test"));
  private final InMemoryDispatcher dispatcher =
      new InMemoryDispatcher(
          new Dispatch(
              registry,
              new ContextManager(),
              handlers,
              clock,
              DispatchRules.inMemory(),
              new Random(1)),
          pool,
          new Later(Threads.virtual("later")),
          handlers,
          Direct::new,
          clock);

  @AfterEach
  void close() {
    dispatcher.close();
    pool.close();
  }

  @Test
  void handsEventsToListeners() throws Exception {
    registry.register(
        List.of(Definition.of(PINGS, "a", (event, context) -> ran.add("a" + event.n()))));
    EmitReceipt receipt = dispatcher.dispatch(ping(1));
    assertThat(receipt.duplicate()).isFalse();
    assertThat(receipt.jobId()).isNull();
    assertThat(pool.waitIdle(LONG)).isTrue();
    assertThat(ran).containsExactly("a1");
  }

  @Test
  void countsFailuresOnceAndForAll() throws Exception {
    registry.register(
        List.of(
            Definition.of(
                PINGS,
                "fails",
                (event, context) -> {
                  throw new IllegalStateException("boom " + context.maxAttempts());
                }),
            Definition.of(PINGS, "good", (event, context) -> ran.add("good"))));
    dispatcher.dispatch(ping(1));
    dispatcher.dispatch(Envelope.of("unknown", "{}", clock.instant()));
    assertThat(pool.waitIdle(LONG)).isTrue();
    assertThat(dispatcher.failures()).isEqualTo(2);
    assertThat(ran).containsExactly("good");
  }

  @Test
  void comesBackToASnoozedListenerAlone() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(1);
    registry.register(
        List.of(
            Definition.of(PINGS, "good", (event, context) -> ran.add("good")),
            Definition.ofOutcome(
                PINGS,
                "snoozes",
                (event, context) -> {
                  if (calls.incrementAndGet() < 3) {
                    return Outcome.snooze(Duration.ofMillis(1));
                  }
                  done.countDown();
                  return Outcome.done();
                })));
    dispatcher.dispatch(ping(1));
    done.await();
    assertThat(pool.waitIdle(LONG)).isTrue();
    assertThat(ran).containsExactly("good");
  }

  @Test
  void keepsWhatIsNotDueYet() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    registry.register(
        List.of(
            Definition.of(
                PINGS,
                "a",
                (event, context) -> {
                  ran.add("a" + event.n());
                  if (event.n() == 1) {
                    done.countDown();
                  }
                })));
    Instant now = clock.instant();
    dispatcher.dispatch(
        List.of(
            Outgoing.of(at(ping(1), now.plusMillis(5))),
            Outgoing.of(at(ping(2), now.plus(Duration.ofDays(1)))),
            Outgoing.of(at(ping(3), now.minusSeconds(1)))),
        Tx.own());
    done.await();
    assertThat(pool.waitIdle(LONG)).isTrue();
    assertThat(ran).containsExactlyInAnyOrder("a1", "a3");
  }

  @Test
  void handlersMayEmitIntoAFullPool() throws Exception {
    registry.register(
        List.of(
            Definition.of(
                PINGS,
                "a",
                (event, context) -> {
                  ran.add("a" + event.n());
                  if (event.n() == 0) {
                    for (int i = 1; i <= 5; i++) {
                      context.emit(PINGS, new Ping(i));
                    }
                  }
                })));
    dispatcher.dispatch(ping(0));
    assertThat(pool.waitIdle(LONG)).isTrue();
    assertThat(ran).containsExactly("a0", "a1", "a2", "a3", "a4", "a5");
    assertThat(EventContext.bound()).isNull();
  }

  @Test
  void handlersMayEmitOnOtherThreadsAndInOtherContexts() throws Exception {
    ContextKey<String> key = ContextKey.of("tenant", String.class);
    registry.register(
        List.of(
            Definition.of(
                PINGS,
                "a",
                (event, context) -> {
                  ran.add("a" + event.n());
                  if (event.n() == 0) {
                    Thread other =
                        Thread.ofVirtual()
                            .start(
                                () -> {
                                  context.emit(PINGS, new Ping(1));
                                  context.emit(PINGS, new Ping(2));
                                  context.emit(PINGS, new Ping(3));
                                });
                    other.join();
                    try (EventContext.Scope scope =
                        EventContext.empty().with(key, "x").makeCurrent()) {
                      context.emit(PINGS, new Ping(4));
                    }
                  }
                })));
    dispatcher.dispatch(ping(0));
    assertThat(pool.waitIdle(LONG)).isTrue();
    assertThat(ran).containsExactly("a0", "a1", "a2", "a3", "a4");
  }

  @Test
  void aHandlersOwnThreadsNeverWaitForRoomWhateverTheyEmitWith() throws Exception {
    registry.register(
        List.of(
            Definition.of(
                PINGS,
                "a",
                (event, context) -> {
                  ran.add("a" + event.n());
                  if (event.n() == 0) {
                    dispatcher.dispatch(ping(1));
                    dispatcher.dispatch(ping(2));
                    emitElsewhere(context.executor(), 3);
                    emitElsewhere(handlers.onBehalf(Threads.virtual("emit")), 4);
                  }
                })));
    dispatcher.dispatch(ping(0));
    assertThat(pool.waitIdle(LONG)).isTrue();
    assertThat(ran).containsExactly("a0", "a1", "a2", "a3", "a4");
  }

  private void emitElsewhere(Executor executor, int n) throws InterruptedException {
    CountDownLatch emitted = new CountDownLatch(1);
    executor.execute(
        () -> {
          dispatcher.dispatch(ping(n));
          emitted.countDown();
        });
    emitted.await();
  }

  @Test
  void addsNothingToTheHandlersContext() throws Exception {
    registry.register(
        List.of(
            Definition.of(
                PINGS,
                "a",
                (event, context) ->
                    ran.add("empty " + context.eventContext().equals(EventContext.empty())))));
    dispatcher.dispatch(ping(0));
    assertThat(pool.waitIdle(LONG)).isTrue();
    assertThat(ran).containsExactly("empty true");
  }

  @Test
  void saysHowManyEventsItDropsAndKeepsWhatIsDueInAges() {
    Later later = new Later(Threads.virtual("later"));
    later.run(ChronoUnit.FOREVER.getDuration(), () -> ran.add("never"));
    later.run(Duration.ofDays(1), () -> ran.add("never"));
    assertThat(later.waiting()).isEqualTo(2);
    later.close();
    later.close();
    later.run(Duration.ZERO, () -> ran.add("never"));
    assertThat(later.waiting()).isZero();
    assertThat(ran).isEmpty();
  }

  @Test
  void refusesACallersTransactionAndAClosedPool() {
    Connection connection =
        (Connection)
            Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (p, m, a) -> null);
    assertThatThrownBy(() -> dispatcher.dispatch(List.of(Outgoing.of(ping(1))), Tx.on(connection)))
        .isInstanceOfSatisfying(
            GalaException.class, e -> assertThat(e.code()).isEqualTo(GalaError.DISPATCH_FAILED))
        .hasMessageContaining("emit after the commit");
    pool.close();
    assertThatThrownBy(() -> dispatcher.dispatch(ping(1)))
        .isInstanceOf(GalaException.class)
        .hasMessageContaining("closed");
    assertThat(dispatcher.dispatch(List.of(), Tx.own())).isEmpty();
  }

  /** Who is turned away has turned nobody away. */
  @Test
  void aKeyIsTakenOnlyByWhatIsAccepted() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    registry.register(
        List.of(
            Definition.of(
                PINGS,
                "a",
                (event, context) -> {
                  ran.add("a" + event.n());
                  if (event.n() == 0) {
                    release.await();
                  }
                })));
    dispatcher.dispatch(ping(0));
    dispatcher.dispatch(ping(1));
    var interrupted = new FutureTask<>(() -> dispatcher.dispatch(keyed(2)));
    Thread first = waiting(interrupted);
    var late = new FutureTask<>(() -> dispatcher.dispatch(keyed(3)));
    waiting(late);

    Dispatcher within = dispatcher.fromWithin();
    assertThat(within.dispatch(keyed(4)).duplicate()).isFalse();
    assertThat(within.dispatch(keyed(5)).duplicate()).isTrue();
    assertThat(dispatcher.dispatch(keyed(6)).duplicate()).as("told without waiting").isTrue();
    first.interrupt();
    assertThatThrownBy(interrupted::get).cause().hasMessageContaining("nothing was accepted");
    release.countDown();
    late.get();
    assertThat(pool.waitIdle(LONG)).isTrue();
    // The late one may have got its place before the fourth had its turn, or after it.
    assertThat(ran).startsWith("a0", "a1", "a4").hasSize(late.get().duplicate() ? 3 : 4);
  }

  @Test
  void ofOneEmitTheFirstHasTheKey() throws Exception {
    registry.register(
        List.of(Definition.of(PINGS, "a", (event, context) -> ran.add("a" + event.n()))));
    List<EmitReceipt> receipts =
        dispatcher.dispatch(
            List.of(Outgoing.of(keyed(1)), Outgoing.of(ping(2)), Outgoing.of(keyed(3))), Tx.own());
    assertThat(receipts).extracting(EmitReceipt::duplicate).containsExactly(false, false, true);
    assertThat(pool.waitIdle(LONG)).isTrue();
    assertThat(ran).containsExactly("a1", "a2");
  }

  private static Thread waiting(FutureTask<EmitReceipt> emit) {
    Thread thread = Thread.ofPlatform().start(emit);
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    return thread;
  }

  private Envelope keyed(int n) {
    return ping(n).withHeaders(Headers.builder().uniqueKey("k").build());
  }

  private Envelope ping(int n) {
    return Envelope.of("pings", "{\"n\":" + n + "}", clock.instant());
  }

  private static Envelope at(Envelope envelope, Instant time) {
    return envelope.withHeaders(Headers.builder().scheduledAt(time).build());
  }

  /** Emits without a runtime. */
  private final class Direct implements Emitter {
    @Override
    public List<EmitReceipt> emitAll(List<? extends Emission<?>> emissions) {
      return dispatcher
          .fromWithin()
          .dispatch(emissions.stream().map(this::outgoing).toList(), Tx.own());
    }

    private Outgoing outgoing(Emission<?> emission) {
      Object payload = Objects.requireNonNull(emission.payload());
      return Outgoing.of(
          Envelope.of(
              emission.topic().name(),
              registry.encodePayload(emission.topic().name(), payload),
              clock.instant()));
    }

    @Override
    public EmitReceipt emitEnvelope(Envelope envelope) {
      return dispatcher.dispatch(envelope);
    }
  }
}
