package dev.gala.internal.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.Gala;
import dev.gala.context.ContextManager;
import dev.gala.durable.Await;
import dev.gala.event.Definition;
import dev.gala.event.Emitter;
import dev.gala.event.Envelope;
import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.event.Outcome;
import dev.gala.event.Topic;
import dev.gala.event.TypeRef;
import dev.gala.internal.dispatch.Dispatch;
import dev.gala.internal.dispatch.DispatchRules;
import dev.gala.internal.registry.Registry;
import dev.gala.internal.threads.Threads;
import dev.gala.json.JsonCodecs;
import dev.gala.pool.Pool;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Events in memory are bounded, and nothing of them is shared. */
@Timeout(30)
final class InMemoryBoundsTest {
  private static final Topic<String> TEXTS = Topic.of("texts", String.class);
  private static final Topic<List<String>> LISTS =
      Topic.of("lists", new TypeRef<List<String>>() {});
  private static final Duration LONG = Duration.ofSeconds(20);

  private final Registry registry = new Registry(JsonCodecs.defaults());
  private final Pool pool = Pool.builder().workers(1).maxWaiting(1).build();
  private final List<String> ran = new CopyOnWriteArrayList<>();
  private final HandlerThreads handlers = new HandlerThreads(Threads.virtual("test"));
  private final InMemoryDispatcher dispatcher = dispatcher(pool);

  @AfterEach
  void close() {
    dispatcher.close();
    pool.close();
  }

  @Test
  void whoeverEmitsWaitsWhileItIsFull() throws Exception {
    var over = new CountDownLatch(1);
    attach(over);
    emit("running");
    emit("waiting");
    var emitted = new CompletableFuture<String>();
    Thread emitter =
        Thread.ofVirtual()
            .start(
                () -> {
                  emit("too many");
                  emitted.complete("emitted");
                });
    Await.until("the emitter to wait", () -> emitter.getState() == Thread.State.WAITING);
    assertThat(emitted).isNotDone();
    over.countDown();
    assertThat(emitted.get(20, TimeUnit.SECONDS)).isEqualTo("emitted");
    assertThat(dispatcher.waitIdle(LONG)).isTrue();
    assertThat(ran).containsExactly("running", "waiting", "too many");
  }

  @Test
  void anInterruptEndsTheWaitAndNothingWasAccepted() throws Exception {
    var over = new CountDownLatch(1);
    attach(over);
    emit("running");
    emit("waiting");
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> emit("too many"))
        .isInstanceOfSatisfying(
            GalaException.class,
            failure -> assertThat(failure.code()).isEqualTo(GalaError.DISPATCH_FAILED));
    assertThat(Thread.interrupted()).as("still interrupted").isTrue();
    over.countDown();
    assertThat(dispatcher.waitIdle(LONG)).isTrue();
    assertThat(ran).containsExactly("running", "waiting");
  }

  @Test
  void whatIsDueAtOnceAfterASnoozeIsWaitedFor() throws Exception {
    registry.register(
        List.of(
            Definition.ofOutcome(
                TEXTS,
                "a",
                (event, context) -> {
                  ran.add(event);
                  return ran.size() < 5 ? Outcome.snooze(Duration.ZERO) : Outcome.done();
                })));
    emit("a");
    assertThat(dispatcher.waitIdle(LONG)).isTrue();
    assertThat(ran).hasSize(5);
  }

  @Test
  void whatHangsHoldsNoPlaceAndItsReturnIsIgnored() throws Exception {
    var over = new CountDownLatch(1);
    var hanging = new CompletableFuture<Thread>();
    registry.register(
        List.of(
            Definition.builder(TEXTS, "hangs")
                .timeout(Duration.ofMillis(10))
                .handler(
                    (event, context) -> {
                      if (event.equals("hangs")) {
                        hanging.complete(Thread.currentThread());
                        hang(over);
                      }
                      ran.add(event);
                    })
                .build()));
    emit("hangs");
    Thread left = hanging.get(20, TimeUnit.SECONDS);
    emit("goes on");
    assertThat(dispatcher.waitIdle(LONG)).isTrue();
    assertThat(ran).containsExactly("goes on");
    assertThat(dispatcher.failures()).isEqualTo(1);
    assertThat(pool.stats().completed()).isEqualTo(2);
    assertThat(left.isAlive()).as("left behind").isTrue();
    over.countDown();
    left.join();
    emit("and on");
    assertThat(dispatcher.waitIdle(LONG)).isTrue();
    assertThat(ran).containsExactly("goes on", "hangs", "and on");
    assertThat(dispatcher.failures()).isEqualTo(1);
    assertThat(pool.stats().completed()).isEqualTo(3);
  }

  @Test
  void handlersOfOneEventLeaveNothingOnTheThreadOfTheNext() throws Exception {
    var mine = new ThreadLocal<@Nullable String>();
    var mayRun = new CountDownLatch(1);
    registry.register(
        List.of(
            Definition.of(
                TEXTS,
                "a",
                (event, context) -> {
                  mayRun.await();
                  ran.add(mine.get() + ", " + Thread.currentThread().isInterrupted());
                  mine.set(event);
                  Thread.currentThread().interrupt();
                })));
    emit("one");
    emit("two");
    mayRun.countDown();
    assertThat(dispatcher.waitIdle(LONG)).isTrue();
    assertThat(ran).containsExactly("null, false", "null, false");
  }

  @Test
  void closingTellsHandlersToEndAndLeavesThoseBehindThatDoNot() throws Exception {
    var over = new CountDownLatch(1);
    var entered = new CountDownLatch(1);
    registry.register(
        List.of(
            Definition.of(
                TEXTS,
                "hangs",
                (event, context) -> {
                  entered.countDown();
                  hang(over);
                  ran.add("cancelled " + context.cancelled());
                })));
    Pool hasty = Pool.builder().workers(1).closeTimeout(Duration.ZERO).build();
    var closing = dispatcher(hasty);
    closing.dispatch(text("hangs"));
    entered.await();
    hasty.close();
    assertThat(hasty.waitIdle(LONG)).as("its place is free").isTrue();
    assertThat(closing.failures()).isEqualTo(1);
    over.countDown();
    Await.until("the handler to return", () -> ran.size() == 1);
    assertThat(ran).containsExactly("cancelled true");
    closing.close();
  }

  @Test
  void emitterAndListenersShareNothing() throws Exception {
    var seen = new CopyOnWriteArrayList<String>();
    var given = new ArrayList<>(List.of("given"));
    var mayRun = new CountDownLatch(1);
    try (Gala gala = Gala.inMemory()) {
      for (String name : List.of("a", "b")) {
        gala.on(
            LISTS,
            name,
            (event, context) -> {
              mayRun.await();
              event.add("changed by " + name);
              seen.add(String.join(", ", event));
            });
      }
      gala.emit(LISTS, given);
      given.add("changed by the emitter");
      mayRun.countDown();
      assertThat(gala.waitIdle(LONG)).isTrue();
    }
    assertThat(seen).containsExactly("given, changed by a", "given, changed by b");
    assertThat(given).hasSize(2);
  }

  private InMemoryDispatcher dispatcher(Pool pool) {
    return new InMemoryDispatcher(
        new Dispatch(
            registry,
            new ContextManager(),
            handlers,
            InstantSource.system(),
            DispatchRules.inMemory().withInterruptGrace(Duration.ofMillis(20)),
            new Random(1)),
        pool,
        new Later(Threads.virtual("later")),
        handlers,
        InMemoryBoundsTest::nobody,
        InstantSource.system());
  }

  /** Whatever it is told. */
  private static void hang(CountDownLatch over) {
    boolean released = false;
    while (!released) {
      try {
        over.await();
        released = true;
      } catch (InterruptedException told) {
        assertThat(over.getCount()).isPositive();
      }
    }
  }

  /** No handler here emits. */
  private static Emitter nobody() {
    return (Emitter)
        Proxy.newProxyInstance(
            InMemoryBoundsTest.class.getClassLoader(),
            new Class<?>[] {Emitter.class},
            (proxy, method, arguments) -> {
              throw new AssertionError(method.getName());
            });
  }

  private void attach(CountDownLatch over) {
    registry.register(
        List.of(
            Definition.of(
                TEXTS,
                "a",
                (event, context) -> {
                  over.await();
                  ran.add(event);
                })));
  }

  private void emit(String text) {
    dispatcher.dispatch(text(text));
  }

  private static Envelope text(String text) {
    return Envelope.of("texts", '"' + text + '"', InstantSource.system().instant());
  }
}
