package dev.gala.internal.dispatch;

import static dev.gala.internal.dispatch.Harness.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.durable.Await;
import dev.gala.event.Definition;
import dev.gala.event.Outcome;
import dev.gala.event.Topic;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When transactions of listeners begin and how they end. */
final class TransactionalDispatchTest {
  private static final String MARK = "[gala:listener:tx]";

  private final Harness harness = new Harness();
  private final CountDownLatch release = new CountDownLatch(1);

  @AfterEach
  void releaseWhoeverHangs() {
    release.countDown();
    harness.carrier.commits.countDown();
  }

  @Test
  void theLastListenersEffectsCompleteTheJob() {
    harness.on("plain", false);
    harness.onTransactional("tx");
    assertThat(harness.run()).isEqualTo(new Verdict.Done(Map.of()));
    assertThat(harness.carrier.done).containsExactly("begin", "complete " + MARK, "close");
    assertThat(harness.ran).containsExactly("plain", "tx");
  }

  @Test
  void anotherListenersEffectsAreMarked() {
    harness.onTransactional("tx");
    harness.on("plain", false);
    assertThat(harness.run()).isEqualTo(new Verdict.Done(Map.of()));
    assertThat(harness.carrier.done).containsExactly("begin", "commit " + MARK, "close");
  }

  @Test
  void theJobIsNotCompletedWhileAnotherIsToBeTriedAgain() {
    harness.on("bad", true);
    harness.onTransactional("tx");
    Verdict verdict = harness.run();
    assertThat(verdict).isInstanceOf(Verdict.Retry.class);
    assertThat(verdict.metadata()).as("the mark is written already").isEmpty();
    assertThat(harness.carrier.done).containsExactly("begin", "commit " + MARK, "close");
  }

  @Test
  void theJobIsNotCompletedWhileAListenerIsMissing() {
    harness.onTransactional("tx");
    Incoming incoming = harness.incoming();
    var expecting =
        incoming
            .envelope()
            .withHeaders(
                incoming.envelope().headers().withListeners(java.util.List.of("tx", "elsewhere")));
    Verdict verdict =
        harness
            .dispatch()
            .run(
                new Incoming(
                    expecting,
                    Marks.none(),
                    1,
                    3,
                    harness.now,
                    java.util.List.of(),
                    incoming.emitter(),
                    harness.carrier,
                    () -> false,
                    null,
                    incoming.context()));
    assertThat(verdict).isInstanceOf(Verdict.Snooze.class);
    assertThat(verdict.metadata()).containsOnlyKeys("gala:deferred", "gala:waiting_since");
    assertThat(harness.carrier.done).containsExactly("begin", "commit " + MARK, "close");
  }

  @Test
  void aFailureRollsBack() {
    harness.on(
        Definition.builder(TOPIC, "tx")
            .transactionalHandler(
                (event, context, connection) -> {
                  throw new IllegalStateException("boom");
                }));
    assertThat(((Verdict.Retry) harness.run()).failure())
        .hasMessage("gala: listener \"tx\" execution failed: boom");
    assertThat(harness.carrier.done).containsExactly("begin", "close");
  }

  @Test
  void aSnoozeRollsBackAndACancellationIsCommitted() {
    harness.on(
        Definition.builder(TOPIC, "tx")
            .transactionalOutcomeHandler(
                (event, context, connection) -> Outcome.snooze(Duration.ofSeconds(30))));
    assertThat(harness.run()).isInstanceOf(Verdict.Snooze.class);
    assertThat(harness.carrier.done).containsExactly("begin", "close");

    var other = new Harness();
    other.on(
        Definition.builder(TOPIC, "tx")
            .transactionalOutcomeHandler(
                (event, context, connection) -> Outcome.cancel("sold out")));
    assertThat(other.run())
        .isEqualTo(new Verdict.Cancel("gala: listener \"tx\" cancelled: sold out", Map.of()));
    assertThat(other.carrier.done).containsExactly("begin", "commit " + MARK, "close");
  }

  @Test
  void whatIsThrownAndGivesUpRollsBackAndIsMarkedWithTheRest() {
    harness.on(
        Definition.builder(TOPIC, "tx")
            .cancelWhen(failure -> true)
            .transactionalHandler(
                (event, context, connection) -> {
                  throw new IllegalStateException("boom");
                }));
    harness.on("bad", true);
    Verdict verdict = harness.run();
    assertThat(verdict.metadata()).containsOnlyKeys("gala:listener:tx");
    assertThat(harness.carrier.done).containsExactly("begin", "close");
  }

  @Test
  void aListenerFoundFinishedIsNotCalled() {
    harness.onTransactional("tx");
    harness.onTransactional("other");
    harness.carrier.found =
        Marks.none()
            .with(VerdictRules.ownMark(new Result.Succeeded("tx", harness.now, Duration.ZERO), 1));
    assertThat(harness.run()).isEqualTo(new Verdict.Done(Map.of()));
    assertThat(harness.ran).containsExactly("other");
    assertThat(harness.carrier.done)
        .containsExactly("begin", "close", "begin", "complete [gala:listener:other]", "close");
  }

  @Test
  void anUnknownCommitFailsTheAttemptAndWritesNothingOfTheListener() {
    harness.carrier.commitFailure = unknown();
    harness.onTransactional("tx");
    harness.on("plain", false);
    Verdict verdict = harness.run();
    assertThat(((Verdict.Retry) verdict).failure()).hasMessageContaining("nobody knows");
    assertThat(verdict.metadata()).containsOnlyKeys("gala:listener:plain");
  }

  /** Even if all is to be cancelled: what may be committed must not be called given up. */
  @Test
  void cancelWhenIsNotAskedAboutAnUnknownCommit() {
    harness.carrier.commitFailure = unknown();
    harness.on(
        Definition.builder(TOPIC, "tx")
            .cancelWhen(failure -> true)
            .transactionalHandler((event, context, connection) -> {}));
    assertThat(harness.run()).isInstanceOf(Verdict.Retry.class);
  }

  @Test
  void theLastAttemptIsNotTheOneThatNeverLearned() {
    harness.attempt = 3;
    harness.carrier.commitFailure = unknown();
    harness.on(
        Definition.builder(TOPIC, "tx")
            .onExhausted((event, context, failure) -> harness.ran.add("exhausted"))
            .transactionalHandler((event, context, connection) -> harness.ran.add("tx")));
    Verdict verdict = harness.run();
    assertThat(verdict).isInstanceOf(Verdict.Snooze.class);
    assertThat(verdict.metadata()).containsOnlyKeys("gala:deferred", "gala:tried");
    assertThat(harness.ran).containsExactly("tx");
  }

  @Test
  void aLostClaimEndsTheRound() {
    harness.carrier.commitFailure = new RiverException(RiverError.CLAIM_LOST, "lost");
    harness.onTransactional("tx");
    harness.on("plain", false);
    assertThat(harness.run()).isInstanceOf(Verdict.Interrupted.class);
    assertThat(harness.ran).containsExactly("tx");

    var begun = new Harness();
    begun.carrier.beginFailure = new RiverException(RiverError.CLAIM_LOST, "lost");
    begun.onTransactional("tx");
    begun.on("plain", false);
    assertThat(begun.run()).isInstanceOf(Verdict.Interrupted.class);
    assertThat(begun.ran).isEmpty();
  }

  @Test
  void withoutAConnectionTheListenerFailsAndTheOthersRun() {
    harness.carrier.beginFailure =
        new RiverException(RiverError.DATABASE_UNAVAILABLE, "no connection");
    harness.onTransactional("tx");
    harness.on("plain", false);
    Verdict verdict = harness.run();
    assertThat(((Verdict.Retry) verdict).failure())
        .hasMessage("gala: listener \"tx\" execution failed: no connection");
    assertThat(verdict.metadata()).containsOnlyKeys("gala:listener:plain");
  }

  @Test
  void aHandlerThatIsLeftBehindIsNeverCommitted() throws Exception {
    var ended = new CountDownLatch(1);
    harness.rules = harness.rules.withListenerTimeout(Duration.ofMillis(30));
    harness.on(
        Definition.builder(TOPIC, "tx")
            .transactionalHandler(
                (event, context, connection) -> {
                  Await.stubbornly(release);
                  ended.countDown();
                }));
    assertThat(((Verdict.Retry) harness.run()).failure()).hasMessageContaining("timed out");
    assertThat(harness.carrier.done).containsExactly("begin", "abandon");
    release.countDown();
    Await.latch("the handler", ended);
    Await.until("the thread", () -> threads() == 0);
    assertThat(harness.carrier.done).as("neither committed nor closed").hasSize(2);
  }

  /** The time of a handler is over while its transaction is being committed. */
  @Test
  void aCommitUnderWayIsWaitedForAndNotInterrupted() throws Exception {
    harness.carrier.commits = new CountDownLatch(1);
    harness.rules =
        harness
            .rules
            .withListenerTimeout(Duration.ofMillis(1))
            .withInterruptGrace(Duration.ofMillis(1));
    harness.onTransactional("tx");
    var verdict = new java.util.concurrent.FutureTask<>(harness::run);
    Thread attempt = Thread.ofVirtual().start(verdict);
    Await.latch("the commit", harness.carrier.committing);
    attempt.interrupt();
    Await.until("the attempt to wait", () -> attempt.getState() != Thread.State.RUNNABLE);
    harness.carrier.commits.countDown();
    assertThat(verdict.get()).isEqualTo(new Verdict.Done(Map.of()));
    assertThat(harness.carrier.done).containsExactly("begin", "complete " + MARK, "close");
  }

  @Test
  void whatAHandlerEmitsIsPartOfItsTransaction() {
    Topic<String> child = Topic.of("child", String.class);
    harness.on(
        Definition.builder(TOPIC, "tx")
            .transactionalHandler(
                (event, context, connection) -> {
                  context.emit(child, "c");
                  context.emitOnce("step", child, "c");
                }));
    harness.run();
    assertThat(harness.carrier.done)
        .containsExactly(
            "begin", "emit child", "once tx", "emit child", "complete " + MARK, "close");
    assertThat(harness.ran).isEmpty();
  }

  @Test
  void aStoppingAttemptPutsItBack() {
    harness.on(
        Definition.builder(TOPIC, "tx")
            .transactionalHandler(
                (event, context, connection) -> {
                  harness.cancelled = true;
                  throw new IllegalStateException("interrupted");
                }));
    assertThat(harness.run()).isInstanceOf(Verdict.Interrupted.class);
    assertThat(harness.carrier.done).containsExactly("begin", "close");
  }

  @Test
  void inSequenceAFinishedTransactionIsNotRepeated() {
    harness.rules = harness.rules.withDelivery(dev.gala.event.Delivery.SEQUENTIAL);
    harness.on("first", false);
    harness.onTransactional("tx");
    harness.on("bad", true);
    harness.on("never", false);
    Verdict verdict = harness.run();
    assertThat(verdict).isInstanceOf(Verdict.Retry.class);
    assertThat(verdict.metadata()).as("all begin again").isEmpty();
    assertThat(harness.ran).containsExactly("first", "tx", "bad");
    assertThat(harness.carrier.done).containsExactly("begin", "commit " + MARK, "close");

    harness.marks =
        new Marks(
            Map.of("tx", new Mark(Mark.State.SUCCEEDED, 1, harness.now, Duration.ZERO)),
            0,
            Set.of());
    harness.attempt = 2;
    harness.ran.clear();
    harness.run();
    assertThat(harness.ran).containsExactly("first", "bad");
  }

  private static RiverException unknown() {
    return new RiverException(RiverError.OUTCOME_UNKNOWN, "nobody knows", null, true);
  }

  private static int threads() {
    return dev.gala.durable.Durable.threads().size();
  }
}
