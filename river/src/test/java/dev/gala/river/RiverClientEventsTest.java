package dev.gala.river;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.fake.Await;
import dev.gala.river.fake.Call;
import dev.gala.river.fake.FakeDriver;
import dev.gala.river.fake.Faults;
import dev.gala.river.fake.Gate;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.Logs;
import dev.gala.river.fake.TextJob;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.JobType;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverEvent;
import dev.gala.river.job.RiverException;
import dev.gala.river.job.Subscription;
import dev.gala.river.worker.Outcome;
import dev.gala.river.worker.Worker;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What subscribers are told. */
@ExtendWith(Leftovers.class)
final class RiverClientEventsTest {
  private static final JobType<String> KIND = TextJob.of("k");

  private final FakeDriver driver = new FakeDriver();
  private @Nullable RiverClient client;
  private @Nullable Subscription events;

  private RiverClient client(Worker<String> worker) {
    client =
        RiverClient.create(
            driver.database(),
            RiverConfig.builder()
                .worker(KIND, worker)
                .queue("default", 5)
                .fetchCooldown(Duration.ofMillis(1))
                .fetchPollInterval(Duration.ofMillis(5))
                .retryPolicy((job, now) -> now)
                .build());
    events = client.subscribe(EnumSet.allOf(RiverEvent.Kind.class));
    return client;
  }

  @AfterEach
  void close() {
    if (client != null) {
      client.close();
    }
  }

  private RiverEvent next() throws InterruptedException {
    RiverEvent event = events.poll(Await.DEADLINE);
    assertThat(event).as("an event").isNotNull();
    return event;
  }

  private void assertNext(RiverEvent.Kind kind, JobState state) throws InterruptedException {
    RiverEvent event = next();
    assertThat(event.kind()).isEqualTo(kind);
    assertThat(event.job().state()).isEqualTo(state);
  }

  private void assertNoMore() throws InterruptedException {
    client.close();
    assertThat(events.take()).isNull();
  }

  @Test
  @RiverPoint(95)
  void aPlainSuccessIsToldWithTheRowItBecame() throws InterruptedException {
    client(context -> Outcome.done()).start();
    long id = driver.add("k", "{\"a\":1}");
    RiverEvent event = next();
    assertThat(event.kind()).isEqualTo(RiverEvent.Kind.JOB_COMPLETED);
    assertThat(event.queue()).isEqualTo("default");
    JobRow row = driver.row(id);
    assertThat(event.job()).usingRecursiveComparison().ignoringFields("finalizedAt").isEqualTo(row);
    assertThat(event.job().finalizedAt()).isNotNull();
    assertThat(event.statistics().queueWait().isNegative()).isFalse();
    assertThat(event.statistics().run().isNegative()).isFalse();
    assertThat(event.statistics().complete().isNegative()).isFalse();
    assertNoMore();
  }

  @Test
  @RiverPoint(95)
  void everyOutcomeIsTold() throws InterruptedException {
    client(
            context ->
                switch (context.job().args()) {
                  case "cancel" -> Outcome.cancel("no");
                  case "metadata" -> {
                    context.setMetadata("m", "1");
                    yield Outcome.done();
                  }
                  case "snooze" -> Outcome.snooze(Duration.ofDays(1));
                  default -> throw new IllegalStateException("broken");
                })
        .start();
    driver.add("k", "cancel");
    assertNext(RiverEvent.Kind.JOB_CANCELLED, JobState.CANCELLED);
    driver.add("k", "metadata");
    assertNext(RiverEvent.Kind.JOB_COMPLETED, JobState.COMPLETED);
    driver.add("k", "snooze");
    assertNext(RiverEvent.Kind.JOB_SNOOZED, JobState.SCHEDULED);
    driver.add("k", "fail", InsertOptions.builder().maxAttempts(2).build());
    assertNext(RiverEvent.Kind.JOB_FAILED, JobState.AVAILABLE);
    assertNext(RiverEvent.Kind.JOB_FAILED, JobState.DISCARDED);
    assertNoMore();
  }

  @Test
  @RiverPoint({72, 95})
  void anInterruptedJobIsToldBeforeTheSubscriptionEnds() throws InterruptedException {
    var entered = new CountDownLatch(1);
    client(
            context -> {
              entered.countDown();
              new CountDownLatch(1).await();
              return Outcome.done();
            })
        .start();
    long id = driver.add("k", "{}");
    Await.latch("the worker to begin", entered);
    client.stopNow();
    assertNext(RiverEvent.Kind.JOB_INTERRUPTED, JobState.AVAILABLE);
    assertThat(events.take()).isNull();
    assertThat(events.ended()).isTrue();
    assertThat(driver.row(id).attempt()).isZero();
  }

  @Test
  @RiverPoint(95)
  void whatAnotherHandMadeOfTheRowIsTold(Logs logs) throws InterruptedException {
    logs.expect("had lost its claim");
    client(
            context -> {
              long id = context.job().id();
              switch (context.job().args()) {
                case "discarded" -> driver.endByAnotherHand(id, JobState.DISCARDED);
                case "rescued" -> driver.endByAnotherHand(id, JobState.PENDING);
                default -> {}
              }
              context.setMetadata("m", "1");
              return Outcome.done();
            })
        .start();
    driver.add("k", "discarded");
    assertNext(RiverEvent.Kind.JOB_FAILED, JobState.DISCARDED);
    driver.add("k", "rescued");
    driver.add("k", "plain");
    assertNext(RiverEvent.Kind.JOB_COMPLETED, JobState.COMPLETED);
    assertNoMore();
  }

  @Test
  @RiverPoint(95)
  void nothingIsToldBeforeItIsWritten() throws InterruptedException {
    client(context -> Outcome.done()).start();
    Gate gate = driver.faults().block(Call.COMPLETE);
    driver.add("k", "{}");
    gate.awaitEntered();
    assertThat(events.poll(Duration.ZERO)).isNull();
    gate.open();
    assertNext(RiverEvent.Kind.JOB_COMPLETED, JobState.COMPLETED);
  }

  @Test
  void whatMayHaveBeenWrittenBeforeIsToldOnce(Logs logs) throws InterruptedException {
    logs.expect("could not be written, trying again");
    driver.faults().failAfterDoing(Call.COMPLETE, 1);
    driver.faults().fail(Call.SET_STATE, 1, Faults::away);
    client(context -> Outcome.done()).start();
    driver.add("k", "{}");
    assertNext(RiverEvent.Kind.JOB_COMPLETED, JobState.COMPLETED);
    assertNoMore();
  }

  @Test
  void anOutcomeTheDatabaseRefusedIsToldAsAFailure(Logs logs) throws InterruptedException {
    logs.expect("cannot be written");
    driver.faults().fail(Call.COMPLETE, 1, Faults::refused);
    client(context -> Outcome.done()).start();
    driver.add("k", "{}");
    assertNext(RiverEvent.Kind.JOB_FAILED, JobState.RETRYABLE);
  }

  @Test
  void subscribingNeedsSomethingToTell() {
    RiverClient working = client(context -> Outcome.done());
    Set<RiverEvent.Kind> one = EnumSet.of(RiverEvent.Kind.JOB_FAILED);
    assertRefused(() -> working.subscribe(Set.of()), RiverError.PARAMS_INVALID);
    assertRefused(() -> working.subscribe(one, 0), RiverError.PARAMS_INVALID);
    working.close();
    assertRefused(() -> working.subscribe(one), RiverError.CLIENT_STATE);
    RiverClient inserting = RiverClient.create(driver.database(), RiverConfig.builder().build());
    assertRefused(() -> inserting.subscribe(one), RiverError.CLIENT_STATE);
    inserting.close();
  }

  private static void assertRefused(Runnable call, RiverError code) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(RiverException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
