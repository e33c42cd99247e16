package dev.gala.internal.dispatch;

import static dev.gala.internal.dispatch.Harness.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.event.Definition;
import dev.gala.event.Outcome;
import dev.gala.river.worker.JobCancelException;
import dev.gala.river.worker.JobSnoozeException;
import dev.gala.river.worker.PlainFailure;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What ends or puts off a whole job in a worker of River, thrown by one listener of several. */
final class ThrownOutcomeTest {
  private final RuntimeException cancelling =
      new IllegalStateException("wrapped", new JobCancelException("not for us"));
  private final RuntimeException snoozing =
      new IllegalStateException("wrapped", new JobSnoozeException(Duration.ofHours(1)));

  private final Harness harness = new Harness();

  @Test
  void aCancellationIsThatListenersAlone() {
    throwing("gives up", cancelling);
    harness.on(
        Definition.builder(TOPIC, "waits")
            .outcomeHandler((event, context) -> Outcome.snooze(Duration.ofMinutes(1))));
    Verdict.Snooze verdict = (Verdict.Snooze) harness.run();
    assertThat(verdict.delay()).isEqualTo(Duration.ofMinutes(1));
    assertThat(verdict.metadata()).containsOnlyKeys("gala:listener:gives up");
    assertThat(verdict.metadata().get("gala:listener:gives up")).contains("cancelled");
  }

  @Test
  void whereAllAreFinishedTheJobIsCancelledWithTheReason() {
    throwing("gives up", cancelling);
    harness.on("works", false);
    assertThat(harness.run())
        .isInstanceOfSatisfying(
            Verdict.Cancel.class,
            cancel ->
                assertThat(cancel.reason())
                    .isEqualTo("gala: listener \"gives up\" cancelled: not for us"));
    assertThat(harness.ran).containsExactly("works");
  }

  @Test
  void aSnoozeIsThatListenersAloneAndWinsOverACancellationBesideIt() {
    throwing("waits", new JobCancelException("no", snoozing));
    harness.on("works", false);
    harness.on("fails", true);
    assertThat(harness.run())
        .isInstanceOfSatisfying(
            Verdict.Retry.class,
            retry -> assertThat(retry.failure()).hasMessageContaining("no fails"));
    harness.attempt = 3;
    Verdict.Snooze last = (Verdict.Snooze) harness.run();
    assertThat(last.delay()).isEqualTo(Duration.ofHours(1));
    assertThat(last.metadata().get("gala:listener:fails")).contains("exhausted");
    assertThat(last.metadata()).doesNotContainKey("gala:listener:waits");
  }

  @Test
  void cancelWhenIsNotAsked() {
    harness.on(
        Definition.builder(TOPIC, "waits")
            .cancelWhen(failure -> true)
            .handler(
                (event, context) -> {
                  throw snoozing;
                }));
    assertThat(harness.run()).isInstanceOf(Verdict.Snooze.class);
  }

  @Test
  void whatATransactionalListenerDidIsRolledBack() {
    harness.on(
        Definition.builder(TOPIC, "tx")
            .transactionalHandler(
                (event, context, connection) -> {
                  throw cancelling;
                }));
    harness.on("fails", true);
    assertThat(harness.run().metadata()).containsOnlyKeys("gala:listener:tx");
    assertThat(harness.carrier.done).containsExactly("begin", "close");
  }

  @Test
  void whoWasToldToEndChoosesNothing() {
    throwing("gives up", cancelling);
    harness.cancelled = true;
    assertThat(harness.run()).isInstanceOf(Verdict.Interrupted.class);
  }

  @Test
  void whatComesOfATimeoutOrAPanicIsAFailureAndEndsNoJob() {
    harness.rules = harness.rules.withInterruptGrace(Duration.ofHours(1));
    var never = new CountDownLatch(1);
    harness.on(
        Definition.builder(TOPIC, "slow")
            .timeout(Duration.ofMillis(5))
            .handler(
                (event, context) -> {
                  try {
                    never.await();
                  } catch (InterruptedException told) {
                    throw new JobCancelException("gave up waiting", told);
                  }
                }));
    assertThat(harness.run())
        .isInstanceOfSatisfying(
            Verdict.Retry.class,
            retry -> assertThat(retry.failure()).isInstanceOf(PlainFailure.class));

    var other = new Harness();
    other.on(
        Definition.builder(TOPIC, "panics")
            .handler(
                (event, context) -> {
                  throw new LinkageError("no class", cancelling);
                }));
    assertThat(other.run())
        .isInstanceOfSatisfying(
            Verdict.Retry.class,
            retry -> assertThat(retry.failure()).isInstanceOf(PlainFailure.class));
  }

  @Test
  void whatIsThrownBeforeAnyListenerIsReachedEndsNoJobEither() {
    assertThat(VerdictRules.failed(1, 3, cancelling))
        .isInstanceOfSatisfying(
            Verdict.Retry.class,
            retry ->
                assertThat(retry.failure())
                    .isInstanceOf(PlainFailure.class)
                    .hasMessage("wrapped")
                    .hasCause(cancelling));
    var plain = new IllegalStateException("plain");
    assertThat(VerdictRules.failed(3, 3, plain))
        .isInstanceOfSatisfying(
            Verdict.Fail.class, fail -> assertThat(fail.failure()).isSameAs(plain));
  }

  @Test
  void onExhaustedCannotChooseAnyMore() {
    harness.attempt = 3;
    harness.on(
        Definition.builder(TOPIC, "fails")
            .onExhausted(
                (event, context, failure) -> {
                  throw snoozing;
                })
            .handler(
                (event, context) -> {
                  throw new IllegalStateException("no");
                }));
    assertThat(harness.run()).isInstanceOf(Verdict.Fail.class);
  }

  private void throwing(String name, RuntimeException thrown) {
    harness.on(
        Definition.builder(TOPIC, name)
            .handler(
                (event, context) -> {
                  throw thrown;
                }));
  }
}
