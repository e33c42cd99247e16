package dev.gala.internal.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.context.ContextManager;
import dev.gala.context.KeyCodec;
import dev.gala.event.Codec;
import dev.gala.event.ContextFlag;
import dev.gala.event.ContextKey;
import dev.gala.event.Definition;
import dev.gala.event.Emission;
import dev.gala.event.EmitReceipt;
import dev.gala.event.Emitter;
import dev.gala.event.Envelope;
import dev.gala.event.EventContext;
import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.event.Handler;
import dev.gala.event.HandlerContext;
import dev.gala.event.Headers;
import dev.gala.event.ListenerException;
import dev.gala.event.Outcome;
import dev.gala.event.Topic;
import dev.gala.event.TypeRef;
import dev.gala.event.UnknownTopics;
import dev.gala.internal.registry.Registry;
import dev.gala.internal.threads.Threads;
import dev.gala.json.JsonCodecs;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DispatchTest {
  record Order(String id, String operation) {}

  private static final Topic<Order> ORDERS = Topic.of("orders", Order.class);
  private static final ContextKey<String> TENANT = ContextKey.of("tenant", String.class);

  private final Registry registry = new Registry(JsonCodecs.defaults());
  private final ContextManager contexts = new ContextManager(KeyCodec.of("tenant", TENANT));
  private final List<String> ran = new CopyOnWriteArrayList<>();
  private final CountDownLatch release = new CountDownLatch(1);
  private DispatchRules rules = DispatchRules.durable().withInterruptGrace(Duration.ofMillis(20));
  private Instant now = Instant.parse("2026-01-02T03:04:05Z");
  private Marks marks = Marks.none();
  private int attempt = 1;
  private boolean jobCancelled;
  private final FakeCarrier carrier = new FakeCarrier();

  @AfterEach
  void releaseWhoeverHangs() {
    release.countDown();
  }

  @Test
  void anAttemptTakesAsLongAsAllItsListenersMay() {
    rules = rules.withListenerTimeout(Duration.ofMinutes(15));
    on("a", (event, context) -> {});
    registry.register(
        List.of(
            Definition.builder(ORDERS, "quick")
                .timeout(Duration.ofSeconds(1))
                .handler((event, context) -> {})
                .build()));
    // Each of them, told of its last failure once more, and with the grace of an interruption.
    assertThat(dispatch().longestAttempt("orders"))
        .isEqualTo(Duration.ofMinutes(30).plusSeconds(2).plusMillis(80));
    assertThat(dispatch().longestAttempt("unknown")).isZero();
    rules = rules.withListenerTimeout(Duration.ZERO);
    assertThat(dispatch().longestAttempt("orders")).isNull();
  }

  @Test
  void runsMatchingListenersInTheOrderAttached() {
    on("a", (event, context) -> ran.add("a " + event.id()));
    registry.register(
        List.of(
            Definition.builder(ORDERS, "deletes")
                .operations(" DELETE ", "")
                .handler((event, context) -> ran.add("deletes"))
                .build()));
    on("b", (event, context) -> ran.add("b"));
    assertThat(run()).isEqualTo(new Verdict.Done(Map.of()));
    assertThat(ran).containsExactly("a 7", "b");
  }

  @Test
  void keepsTheOthersApartFromOneThatFailsOneThatHangsAndOneThatPanics() {
    rules = rules.withListenerTimeout(Duration.ofMillis(30));
    on("fails", (event, context) -> fail("no mail server"));
    on("hangs", (event, context) -> hang());
    on("panics", (event, context) -> overflow(0));
    on(
        "asserts",
        (event, context) -> {
          throw new AssertionError("not equal");
        });
    on("good", (event, context) -> ran.add("good"));
    Verdict.Retry retry = (Verdict.Retry) run();
    assertThat(ran).containsExactly("good");
    assertThat(retry.failure())
        .hasMessage(
            """
            gala: listener "fails" execution failed: no mail server
            gala: listener "hangs" execution failed: timed out after PT0.03S
            gala: listener "panics" panicked: gala: listener panicked: java.lang.StackOverflowError
            gala: listener "asserts" execution failed: not equal""");
    assertThat(retry.metadata()).containsOnlyKeys("gala:listener:good");
    List<ListenerException> failures =
        List.of(retry.failure().getSuppressed()).stream()
            .map(ListenerException.class::cast)
            .toList();
    assertThat(failures)
        .extracting(ListenerException::panicked)
        .containsExactly(false, false, true, false);
    assertThat(((GalaException) failures.get(2).getCause()).code())
        .isEqualTo(GalaError.LISTENER_PANICKED);
    assertThat(failures.get(2).getCause()).hasCauseInstanceOf(StackOverflowError.class);
  }

  @Test
  void runsOnlyWhatIsLeftOnARetry() {
    on("good", (event, context) -> ran.add("good"));
    on(
        "fails",
        (event, context) -> {
          ran.add("fails " + context.attempt());
          if (context.attempt() == 1) {
            fail("once");
          }
        });
    marks = marks.with(run().metadata());
    attempt = 2;
    assertThat(run()).isEqualTo(new Verdict.Done(Map.of()));
    assertThat(ran).containsExactly("good", "fails 1", "fails 2");
  }

  @Test
  void beginsWithThoseNotTriedBefore() {
    for (String name : List.of("a", "b", "c")) {
      on(name, (event, context) -> ran.add(name));
    }
    marks = new Marks(Map.of(), 0, Set.of("a", "b"));
    assertThat(run()).isEqualTo(new Verdict.Done(Map.of()));
    assertThat(ran).containsExactly("c", "a", "b");
  }

  @Test
  void anInterruptReachesTheHandlerAndNoFurtherOneBegins() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    on(
        "first",
        (event, context) -> {
          entered.countDown();
          try {
            release.await();
          } catch (InterruptedException stopped) {
            ran.add("cancelled " + context.cancelled());
            throw stopped;
          }
        });
    on("second", (event, context) -> ran.add("second"));
    FutureTask<Verdict> verdict =
        new FutureTask<>(
            () -> {
              Verdict ours = run();
              ran.add("interrupted " + Thread.currentThread().isInterrupted());
              return ours;
            });
    Thread worker = Thread.ofVirtual().start(verdict);
    entered.await();
    worker.interrupt();
    Verdict.Interrupted interrupted = (Verdict.Interrupted) verdict.get();
    assertThat(ran).containsExactly("cancelled true", "interrupted true");
    assertThat(interrupted.metadata()).isEqualTo(Map.of("gala:tried", "[\"first\"]"));
  }

  @Test
  void cancelWhenIsNotAskedAboutAnInterruption() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    registry.register(
        List.of(
            Definition.builder(ORDERS, "first")
                .cancelWhen(failure -> ran.add("asked"))
                .handler(
                    (event, context) -> {
                      entered.countDown();
                      release.await();
                    })
                .build()));
    rules = rules.withInterruptGrace(Duration.ofHours(1));
    FutureTask<Verdict> verdict = new FutureTask<>(this::run);
    Thread worker = Thread.ofVirtual().start(verdict);
    entered.await();
    worker.interrupt();
    assertThat(verdict.get()).isInstanceOf(Verdict.Interrupted.class);
    assertThat(ran).isEmpty();
  }

  @Test
  void whatAHandlerThrowsWhenTheAttemptIsToldToEndPutsItBack() {
    registry.register(
        List.of(
            Definition.builder(ORDERS, "looks")
                .cancelWhen(failure -> true)
                .handler((event, context) -> fail("cancelled " + context.cancelled()))
                .build()));
    jobCancelled = true;
    attempt = 3;
    assertThat(run()).isInstanceOf(Verdict.Interrupted.class);
  }

  @Test
  void aTimeoutIsAFailureWhateverCancelWhenSays() {
    registry.register(
        List.of(
            Definition.builder(ORDERS, "slow")
                .timeout(Duration.ofMillis(5))
                .cancelWhen(failure -> ran.add("asked"))
                .handler((event, context) -> release.await())
                .build()));
    rules = rules.withInterruptGrace(Duration.ofHours(1));
    assertThat(run()).isInstanceOf(Verdict.Retry.class);
    assertThat(ran).isEmpty();
  }

  @Test
  void timesBeyondAllReckoningAreAHundredYears() {
    Duration forever = ChronoUnit.FOREVER.getDuration();
    rules = rules.withMissingListenerGrace(forever).withInterruptGrace(forever);
    outcome("later", Outcome.snooze(forever));
    registry.register(
        List.of(
            Definition.builder(ORDERS, "slow")
                .timeout(forever)
                .handler((event, context) -> ran.add("slow"))
                .build()));
    Verdict.Snooze snooze = (Verdict.Snooze) run();
    assertThat(snooze.delay()).isEqualTo(Duration.ofDays(36_525));
    assertThat(snooze.metadata()).containsKey("gala:listener:slow");
    Envelope elsewhere =
        envelope().withHeaders(Headers.builder().listeners(List.of("there")).build());
    assertThat(run(elsewhere)).isInstanceOf(Verdict.Snooze.class);
    Duration ages = Duration.ofDays(365L * 300_000);
    assertThat(DispatchRules.capped(ages)).isEqualTo(Duration.ofDays(36_525));
  }

  @Test
  void anExceptionThatCannotTellItsTextIsOneListenersFailure() {
    on("good", (event, context) -> ran.add("good"));
    on(
        "mute",
        (event, context) -> {
          throw new Mute();
        });
    registry.register(
        List.of(
            Definition.builder(ORDERS, "gives up")
                .cancelWhen(failure -> true)
                .handler(
                    (event, context) -> {
                      throw new Mute();
                    })
                .onExhausted(
                    (event, context, failure) -> {
                      throw new Mute();
                    })
                .build()));
    Verdict.Retry retry = (Verdict.Retry) run();
    assertThat(retry.metadata()).containsKeys("gala:listener:good", "gala:listener:gives up");
    assertThat(retry.failure())
        .hasMessage("gala: listener \"mute\" execution failed: " + Mute.class.getName());
  }

  @Test
  void aMuteExceptionOfOnExhaustedChangesNothing() {
    registry.register(
        List.of(
            Definition.builder(ORDERS, "fails")
                .handler((event, context) -> fail("boom"))
                .onExhausted(
                    (event, context, failure) -> {
                      throw new Mute();
                    })
                .build()));
    attempt = 3;
    assertThat(run()).isInstanceOf(Verdict.Fail.class);
  }

  @Test
  void aCodecThatFailsTheSecondTimeFailsTheSecondListenerAlone() {
    AtomicInteger decoded = new AtomicInteger();
    Topic<String> texts = Topic.of("texts", String.class, new Flaky(decoded));
    registry.register(
        List.of(
            Definition.of(texts, "a", (event, context) -> ran.add("a")),
            Definition.of(texts, "b", (event, context) -> ran.add("b")),
            Definition.of(texts, "c", (event, context) -> ran.add("c"))));
    Verdict.Retry retry = (Verdict.Retry) run(Envelope.of("texts", "\"x\"", now));
    assertThat(ran).containsExactly("a", "c");
    assertThat(retry.metadata()).containsOnlyKeys("gala:listener:a", "gala:listener:c");
    assertThat(retry.failure()).hasMessageContaining("listener \"b\"");
  }

  @Test
  void onExhaustedGetsAPayloadThatNobodyElseChanged() {
    Topic<List<String>> lists = Topic.of("lists", new TypeRef<List<String>>() {});
    registry.register(
        List.of(
            Definition.builder(lists, "fails")
                .handler(
                    (event, context) -> {
                      event.clear();
                      throw new IllegalStateException("boom");
                    })
                .onExhausted((event, context, failure) -> ran.addAll(event))
                .build()));
    attempt = 3;
    assertThat(run(Envelope.of("lists", "[\"x\"]", now))).isInstanceOf(Verdict.Fail.class);
    assertThat(ran).containsExactly("x");
  }

  @Test
  void aHandlerThatEndsWellWhenItsTimeIsOverHasSucceeded() {
    rules =
        rules.withListenerTimeout(Duration.ofMillis(10)).withInterruptGrace(Duration.ofHours(1));
    on(
        "slow",
        (event, context) -> {
          try {
            release.await();
          } catch (InterruptedException over) {
            ran.add("wound up");
          }
        });
    assertThat(run()).isEqualTo(new Verdict.Done(Map.of()));
    assertThat(ran).containsExactly("wound up");
  }

  @Test
  void takesTheListenersOwnTimeout() {
    registry.register(
        List.of(
            Definition.builder(ORDERS, "own")
                .timeout(Duration.ofMillis(5))
                .handler((event, context) -> hang())
                .build()));
    assertThat(run()).isInstanceOf(Verdict.Retry.class);
  }

  @Test
  void cancelsSnoozesAndGivesUp() {
    outcome("later", Outcome.snooze(Duration.ofMinutes(2)));
    outcome("sooner", Outcome.snooze(Duration.ofMinutes(1)));
    assertThat(((Verdict.Snooze) run()).delay()).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void cancelsByOutcomeOrByTheKindOfFailure() {
    outcome("outcome", Outcome.cancel("no such customer"));
    registry.register(
        List.of(
            Definition.builder(ORDERS, "kind")
                .cancelWhen(IllegalStateException.class::isInstance)
                .handler((event, context) -> fail("gone"))
                .build()));
    assertThat(((Verdict.Cancel) run()).reason())
        .isEqualTo(
            "gala: listener \"outcome\" cancelled: no such customer\n"
                + "gala: listener \"kind\" cancelled: java.lang.IllegalStateException: gone");
  }

  @Test
  void tellsOfExhaustionOnceAndSurvivesTheTelling() {
    registry.register(
        List.of(
            Definition.builder(ORDERS, "fails")
                .handler((event, context) -> fail("boom"))
                .onExhausted(
                    (event, context, failure) -> {
                      ran.add(event.id() + " " + failure.listenerName());
                      fail("the callback too");
                    })
                .build()));
    run();
    assertThat(ran).isEmpty();
    attempt = 3;
    assertThat(run()).isInstanceOf(Verdict.Fail.class);
    assertThat(ran).containsExactly("7 fails");
  }

  @Test
  void bindsTheRestoredContextToTheHandlersThreads() {
    CountDownLatch seen = new CountDownLatch(1);
    on(
        "a",
        (event, context) -> {
          ran.add(EventContext.current().get(TENANT));
          ran.add("bypass " + EventContext.current().has(ContextFlag.WORKFLOW_BYPASS));
          context
              .executor()
              .execute(
                  () -> {
                    ran.add("executor " + EventContext.current().get(TENANT));
                    seen.countDown();
                  });
          seen.await();
        });
    EventContext emitters =
        EventContext.empty().with(TENANT, "acme").with(ContextFlag.WORKFLOW_BYPASS);
    Envelope envelope = envelope().withContextSnapshot(contexts.capture(emitters));
    assertThat(run(envelope)).isEqualTo(new Verdict.Done(Map.of()));
    assertThat(ran).containsExactly("acme", "bypass true", "executor acme");
    assertThat(EventContext.bound()).isNull();
  }

  @Test
  void childrenCarryTheirParentsIds() {
    on("a", (event, context) -> context.emit(ORDERS, new Order("8", "")));
    Envelope envelope = envelope();
    run(envelope);
    assertThat(ran).containsExactly("emit " + envelope.id() + " from " + envelope.id());
    ran.clear();
    run(
        envelope.withHeaders(
            Headers.builder().property(HandlerContext.CORRELATION_ID, "first").build()));
    assertThat(ran).containsExactly("emit first from " + envelope.id());
  }

  @Test
  void defersForListenersThatAreNotHereAndEndsWithoutThemAtLast() {
    on("here", (event, context) -> ran.add("here"));
    Envelope envelope =
        envelope().withHeaders(Headers.builder().listeners(List.of("here", "there#01X")).build());
    Dispatch dispatch = dispatch();
    List<Duration> delays = new ArrayList<>();
    Instant due = now;
    Verdict verdict = dispatch.run(delivery(envelope, due));
    while (verdict instanceof Verdict.Snooze snooze) {
      delays.add(snooze.delay());
      marks = marks.with(snooze.metadata());
      now = now.plus(snooze.delay());
      verdict = dispatch.run(delivery(envelope, due));
    }
    assertThat(verdict)
        .isEqualTo(
            new Verdict.Done(Map.of("gala:missing", "[\"there\"]", "gala:waiting_since", "null")));
    assertThat(ran).containsExactly("here");
    assertThat(Duration.between(due, now)).isEqualTo(Duration.ofMinutes(10));
    assertThat(delays).hasSizeBetween(9, 13);
    assertThat(delays.getFirst()).isLessThan(Duration.ofMillis(1300));
    assertThat(marks.deferred()).isEqualTo(delays.size());
    assertThat(dispatch.missingListeners()).isEqualTo(1);
  }

  /** After a backlog, or a pause of the queue: also then a deploy under way loses nothing. */
  @Test
  void anEventThatComesLongAfterItsTimeIsWaitedForAsLong() {
    on("here", (event, context) -> {});
    Envelope envelope =
        envelope().withHeaders(Headers.builder().listeners(List.of("here", "there")).build());
    Instant due = now.minus(Duration.ofDays(1));
    Verdict first = dispatch().run(delivery(envelope, due));
    assertThat(first).isInstanceOf(Verdict.Snooze.class);
    assertThat(first.metadata()).containsEntry("gala:waiting_since", "\"2026-01-02T03:04:05Z\"");
    marks = marks.with(first.metadata());
    now = now.plus(Duration.ofMinutes(9));
    Verdict second = dispatch().run(delivery(envelope, due));
    assertThat(second).isInstanceOf(Verdict.Snooze.class);
    assertThat(second.metadata())
        .as("the first time counts")
        .doesNotContainKey("gala:waiting_since");
    now = now.plus(Duration.ofMinutes(1));
    assertThat(dispatch().run(delivery(envelope, due))).isInstanceOf(Verdict.Done.class);
  }

  /** The wait for one that came does not count for another that is missing later. */
  @Test
  void whereAllAreHereTheWaitIsOver() {
    outcome("later", Outcome.snooze(Duration.ofHours(1)));
    Envelope envelope =
        envelope().withHeaders(Headers.builder().listeners(List.of("later")).build());
    marks = new Marks(Map.of(), 3, Set.of(), null, null, now.minus(Duration.ofDays(1)));
    Verdict verdict = dispatch().run(delivery(envelope, now.minus(Duration.ofDays(2))));
    assertThat(verdict.metadata()).isEqualTo(Map.of("gala:waiting_since", "null"));
    marks = marks.with(verdict.metadata());
    assertThat(marks.waitingSince()).isNull();
    Envelope two = envelope.withHeaders(Headers.builder().listeners(List.of("gone")).build());
    assertThat(dispatch().run(delivery(two, now.minus(Duration.ofDays(2)))).metadata())
        .containsKeys("gala:deferred", "gala:waiting_since");
  }

  @Test
  void waitsForNobodyWhoIsFinishedOrAttachedAndNotConcerned() {
    registry.register(
        List.of(
            Definition.builder(ORDERS, "deletes")
                .operations("DELETE")
                .handler((event, context) -> ran.add("deletes"))
                .build()));
    Envelope envelope =
        envelope().withHeaders(Headers.builder().listeners(List.of("deletes", "gone")).build());
    marks =
        new Marks(
            Map.of("gone", new Mark(Mark.State.SUCCEEDED, 1, now, Duration.ZERO)), 0, Set.of());
    assertThat(run(envelope)).isEqualTo(new Verdict.Done(Map.of()));
    assertThat(ran).isEmpty();
  }

  @Test
  void defersATopicThatNobodyListensToHere() {
    registry.register(ORDERS);
    assertThat(run().metadata())
        .isEqualTo(Map.of("gala:deferred", "1", "gala:waiting_since", "\"2026-01-02T03:04:05Z\""));
    assertThat(run(envelope().withHeaders(Headers.builder().listeners(List.of("x")).build())))
        .isInstanceOf(Verdict.Snooze.class);
    Instant before = now.minus(Duration.ofMinutes(10));
    marks = new Marks(Map.of(), 9, Set.of(), null, null, before);
    assertThat(dispatch().run(delivery(envelope(), before)))
        .isEqualTo(new Verdict.Done(Map.of("gala:missing", "[]", "gala:waiting_since", "null")));
  }

  @Test
  void aloneNobodyIsWaitedFor() {
    rules = DispatchRules.inMemory();
    registry.register(ORDERS);
    assertThat(run()).isEqualTo(new Verdict.Done(Map.of()));
  }

  @Test
  void defersUnknownTopicsWithoutEndOrFails() {
    marks = new Marks(Map.of(), 12, Set.of());
    Verdict verdict = dispatch().run(delivery(envelope(), now.minus(Duration.ofDays(9))));
    assertThat(((Verdict.Snooze) verdict).delay()).isGreaterThan(Duration.ofMinutes(3));
    assertThat(verdict.metadata()).isEqualTo(Map.of("gala:deferred", "13"));
    rules = rules.withUnknownTopics(UnknownTopics.FAIL);
    assertThat(((GalaException) ((Verdict.Retry) run()).failure()).code())
        .isEqualTo(GalaError.TOPIC_NOT_REGISTERED);
    attempt = 3;
    assertThat(run()).isInstanceOf(Verdict.Fail.class);
  }

  @Test
  void anUnreadablePayloadOrContextFailsTheAttempt() {
    on("a", (event, context) -> ran.add("a"));
    Envelope bad = Envelope.of("orders", "[]", now);
    assertThat(((GalaException) ((Verdict.Retry) run(bad)).failure()).code())
        .isEqualTo(GalaError.PAYLOAD_DECODE_FAILED);
    Envelope noTenant =
        envelope()
            .withContextSnapshot(
                dev.gala.event.ContextSnapshot.of(Map.of("tenant", "{"), Map.of()));
    assertThat(((GalaException) ((Verdict.Retry) run(noTenant)).failure()).code())
        .isEqualTo(GalaError.CONTEXT_SNAPSHOT_RESTORE_FAILED);
    assertThat(ran).isEmpty();
  }

  @Test
  void theJobsCancellationIsSeen() {
    jobCancelled = true;
    on("a", (event, context) -> ran.add("cancelled " + context.cancelled()));
    run();
    assertThat(ran).containsExactly("cancelled true");
  }

  private void on(String name, Handler<Order> handler) {
    registry.register(List.of(Definition.of(ORDERS, name, handler)));
  }

  private void outcome(String name, Outcome outcome) {
    registry.register(List.of(Definition.ofOutcome(ORDERS, name, (event, context) -> outcome)));
  }

  private Verdict run() {
    return run(envelope());
  }

  private Verdict run(Envelope envelope) {
    return dispatch().run(delivery(envelope, now));
  }

  private Dispatch dispatch() {
    return new Dispatch(
        registry, contexts, Threads.virtual("test"), () -> now, rules, new Random(1));
  }

  private Incoming delivery(Envelope envelope, Instant due) {
    return new Incoming(
        envelope,
        marks,
        attempt,
        3,
        due,
        List.of(),
        new Recorder(),
        carrier,
        () -> jobCancelled,
        null,
        EventContext.empty());
  }

  private Envelope envelope() {
    return Envelope.of("orders", "{\"id\":\"7\",\"operation\":\"CREATE\"}", now);
  }

  private static void fail(String why) {
    throw new IllegalStateException(why);
  }

  private void hang() {
    boolean released = false;
    while (!released) {
      try {
        release.await();
        released = true;
      } catch (InterruptedException ignored) {
        ran.remove("never there");
      }
    }
  }

  @SuppressWarnings("InfiniteRecursion")
  private static int overflow(int depth) {
    return overflow(depth + 1) + 1;
  }

  /** Fails when asked for its text. */
  private static final class Mute extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException("no text");
    }
  }

  /** Fails to decode the second time. */
  private record Flaky(AtomicInteger decoded) implements Codec<String> {
    @Override
    public byte[] encode(String payload) {
      throw new UnsupportedOperationException("not in these tests");
    }

    @Override
    public String decode(byte[] bytes) {
      if (decoded.incrementAndGet() == 2) {
        throw new StackOverflowError("only the second time");
      }
      return "x";
    }
  }

  private final class Recorder implements Emitter {
    @Override
    public List<EmitReceipt> emitAll(List<? extends Emission<?>> emissions) {
      return emissions.stream()
          .map(
              emission -> {
                Map<String, String> properties = emission.options().headers().properties();
                ran.add(
                    "emit "
                        + properties.get(HandlerContext.CORRELATION_ID)
                        + " from "
                        + properties.get(HandlerContext.CAUSATION_ID));
                return new EmitReceipt(dev.gala.event.EventId.random(), false, 1L);
              })
          .toList();
    }

    @Override
    public EmitReceipt emitEnvelope(Envelope envelope) {
      throw new UnsupportedOperationException("not in these tests");
    }
  }
}
