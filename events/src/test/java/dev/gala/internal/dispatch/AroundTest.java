package dev.gala.internal.dispatch;

import static dev.gala.internal.dispatch.Harness.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.durable.Await;
import dev.gala.event.ContextKey;
import dev.gala.event.Definition;
import dev.gala.event.Delivery;
import dev.gala.event.EmitOptions;
import dev.gala.event.EmitReceipt;
import dev.gala.event.EventContext;
import dev.gala.event.EventId;
import dev.gala.event.Outcome;
import dev.gala.event.RecordOutcomes;
import dev.gala.event.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** What stands around handlers, how they stand to each other, and what is recorded. */
final class AroundTest {
  private static final ContextKey<String> CALLER = ContextKey.of("caller", String.class);
  private static final ContextKey<Integer> LENGTH = ContextKey.of("length", Integer.class);
  private static final Topic<String> CHILD = Topic.of("child", String.class);

  private final Harness harness = new Harness();

  @Test
  void aClosedGateFinishesTheListenerWithoutAWord() {
    harness.on(
        Definition.builder(TOPIC, "gated")
            .gate((event, context) -> !event.equals("payload"))
            .handler((event, context) -> harness.ran.add("gated")));
    harness.on(
        Definition.builder(TOPIC, "open")
            .gate((event, context) -> context.attempt() == 1)
            .handler((event, context) -> harness.ran.add("open")));
    harness.on("bad", true);
    Dispatch dispatch = harness.dispatch();
    Verdict verdict = dispatch.run(harness.incoming());
    assertThat(harness.ran).containsExactly("open", "bad");
    assertThat(verdict.metadata()).containsOnlyKeys("gala:listener:gated", "gala:listener:open");
    assertThat(verdict.metadata().get("gala:listener:gated")).contains("succeeded");
    assertThat(dispatch.gated()).isEqualTo(1);
  }

  @Test
  void aGateThatThrowsFailsTheListener() {
    harness.on(
        Definition.builder(TOPIC, "gated")
            .gate(
                (event, context) -> {
                  throw new IllegalStateException("no answer");
                })
            .handler((event, context) -> harness.ran.add("gated")));
    assertThat(((Verdict.Retry) harness.run()).failure())
        .hasMessage("gala: listener \"gated\" execution failed: no answer");
    assertThat(harness.ran).isEmpty();
  }

  @Test
  void theGateOfATransactionalListenerNeedsNoCommit() {
    harness.on(
        Definition.builder(TOPIC, "gated")
            .gate((event, context) -> false)
            .transactionalHandler((event, context, connection) -> harness.ran.add("gated")));
    assertThat(harness.run()).isEqualTo(new Verdict.Done(Map.of()));
    assertThat(harness.carrier.done).containsExactly("begin", "close");
  }

  @Test
  void contextAndLogFieldsAreThereForTheHandlerAndWhatItRuns() {
    var seen = new ArrayList<String>();
    var done = new CountDownLatch(1);
    harness.on(
        Definition.builder(TOPIC, "a")
            .contextValue(CALLER, event -> "caller of " + event)
            .contextValue(LENGTH, String::length)
            .logFields(event -> Map.of("event", event))
            .handler(
                (event, context) -> {
                  seen.add(describe(context.eventContext()) + " " + MDC.get("event"));
                  context
                      .executor()
                      .execute(
                          () -> {
                            seen.add(describe(EventContext.current()) + " " + MDC.get("event"));
                            done.countDown();
                          });
                  Await.latch("the task", done);
                }));
    harness.on(
        Definition.builder(TOPIC, "b")
            .handler((event, context) -> seen.add(describe(EventContext.current()))));
    assertThat(harness.run()).isEqualTo(new Verdict.Done(Map.of()));
    assertThat(seen)
        .containsExactly("caller of payload 7 payload", "caller of payload 7 payload", "null null");
  }

  private static String describe(EventContext context) {
    return context.get(CALLER) + " " + context.get(LENGTH);
  }

  @Test
  void onExhaustedSeesTheSameContextAndLogFields() {
    harness.attempt = 3;
    harness.on(
        Definition.builder(TOPIC, "a")
            .contextValue(CALLER, event -> "caller")
            .logFields(event -> Map.of("event", event))
            .onExhausted(
                (event, context, failure) ->
                    harness.ran.add(context.eventContext().get(CALLER) + MDC.get("event")))
            .handler(
                (event, context) -> {
                  throw new IllegalStateException("boom");
                }));
    harness.run();
    assertThat(harness.ran).containsExactly("callerpayload");
  }

  @Test
  void inSequenceTheFirstFailureEndsTheAttemptAndAllBeginAgain() {
    harness.rules = harness.rules.withDelivery(Delivery.SEQUENTIAL);
    harness.on("a", false);
    harness.on("bad", true);
    harness.on("c", false);
    Verdict verdict = harness.run();
    assertThat(((Verdict.Retry) verdict).failure())
        .hasMessage("gala: listener \"bad\" execution failed: no bad");
    assertThat(verdict.metadata()).isEmpty();
    harness.attempt = 3;
    assertThat(harness.run()).isInstanceOf(Verdict.Fail.class);
    assertThat(harness.ran).containsExactly("a", "bad", "a", "bad");
  }

  @Test
  void inSequenceASnoozeKeepsWhatIsFinished() {
    harness.rules = harness.rules.withDelivery(Delivery.SEQUENTIAL);
    harness.on("a", false);
    harness.on(
        Definition.builder(TOPIC, "later")
            .outcomeHandler((event, context) -> Outcome.snooze(Duration.ofSeconds(9))));
    harness.on("c", false);
    Verdict verdict = harness.run();
    assertThat(verdict).isInstanceOf(Verdict.Snooze.class);
    assertThat(verdict.metadata()).containsOnlyKeys("gala:listener:a");
    assertThat(harness.ran).containsExactly("a");
  }

  @Test
  void outcomesAreRecordedAlwaysIfAskedFor() {
    harness.rules = harness.rules.withRecordOutcomes(RecordOutcomes.ALWAYS);
    harness.on("a", false);
    Verdict done = harness.run();
    assertThat(done).isInstanceOf(Verdict.Done.class);
    assertThat(done.metadata()).containsOnlyKeys("gala:listener:a");
    harness.on(
        Definition.builder(TOPIC, "b")
            .outcomeHandler((event, context) -> Outcome.cancel("no need")));
    Verdict cancelled = harness.run();
    assertThat(cancelled).isInstanceOf(Verdict.Cancel.class);
    assertThat(cancelled.metadata()).containsOnlyKeys("gala:listener:a", "gala:listener:b");
  }

  @Test
  void withATransactionAlsoTheOthersOutcomesAreCompletedWith() {
    harness.rules = harness.rules.withRecordOutcomes(RecordOutcomes.ALWAYS);
    harness.on("a", false);
    harness.onTransactional("tx");
    harness.run();
    assertThat(harness.carrier.done)
        .containsExactly("begin", "complete [gala:listener:a, gala:listener:tx]", "close");
  }

  @Test
  void outputAndStepsGoToTheCarrierUnderTheListenersName() {
    var receipts = new ArrayList<EmitReceipt>();
    harness.on(
        Definition.builder(TOPIC, "a")
            .handler(
                (event, context) -> {
                  context.recordOutput("[1]");
                  receipts.add(context.emitOnce("mail", CHILD, "c"));
                  receipts.add(context.emitOnce("mail", CHILD, "c"));
                  receipts.add(context.emitOnce("other", CHILD, "c"));
                }));
    harness.run();
    assertThat(harness.carrier.done)
        .containsExactly(
            "output a [1]", "once a", "emit child", "once a", "emit child", "once a", "emit child");
    assertThat(receipts.get(0).eventId()).isEqualTo(receipts.get(1).eventId());
    assertThat(receipts.get(0).eventId()).isNotEqualTo(receipts.get(2).eventId());
  }

  @Test
  void aStepHasANameAndMakesTheIdItself() {
    harness.on(
        Definition.builder(TOPIC, "a")
            .handler(
                (event, context) -> {
                  assertThatThrownBy(() -> context.emitOnce(" ", CHILD, "c"))
                      .isInstanceOf(IllegalArgumentException.class);
                  assertThatThrownBy(
                          () ->
                              context.emitOnce(
                                  "step",
                                  CHILD,
                                  "c",
                                  EmitOptions.builder().eventId(EventId.of("mine")).build()))
                      .hasMessageContaining("mine");
                }));
    assertThat(harness.run()).isEqualTo(new Verdict.Done(Map.of()));
  }

  @Test
  void derivedIdsAreUlidsThatFollowFromTheirTexts() {
    EventId id = EventId.derived(harness.now, "a", "bc");
    assertThat(id.value()).hasSize(26).startsWith("01KDY");
    assertThat(EventId.derived(harness.now, "a", "bc")).isEqualTo(id);
    assertThat(
            List.of(
                EventId.derived(harness.now, "ab", "c"),
                EventId.derived(harness.now, "abc"),
                EventId.derived(harness.now.plusMillis(1), "a", "bc")))
        .doesNotContain(id)
        .doesNotHaveDuplicates();
  }
}
