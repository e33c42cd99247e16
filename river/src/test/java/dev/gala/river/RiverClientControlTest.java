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
import dev.gala.river.fake.TextJob;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.JobType;
import dev.gala.river.job.QueueConfig;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.job.Tx;
import dev.gala.river.worker.Outcome;
import dev.gala.river.worker.WorkContext;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What others, and the application, ask of a running client. */
@ExtendWith(Leftovers.class)
final class RiverClientControlTest {
  private static final JobType<String> KIND = TextJob.of("k");
  private static final InsertOptions INTO_B = InsertOptions.builder().queue("b").build();

  private final FakeDriver driver = new FakeDriver();
  private final Semaphore begun = new Semaphore(0);
  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private @Nullable RiverClient client;

  private RiverClient client(RiverConfig.Builder config) {
    client = RiverClient.create(driver.database(), config.build());
    return client;
  }

  /** Polls so rarely that whatever happens has another reason. */
  private RiverConfig.Builder config() {
    return RiverConfig.builder()
        .worker(KIND, this::patient)
        .queue("default", 2)
        .fetchCooldown(Duration.ofMillis(1))
        .fetchPollInterval(Duration.ofHours(1))
        .retryPolicy((job, now) -> now.plus(Duration.ofHours(1)));
  }

  private Outcome patient(WorkContext<String> context) throws InterruptedException {
    begun.release();
    mayEnd.await();
    return Outcome.done();
  }

  @AfterEach
  void close() {
    mayEnd.countDown();
    if (client != null) {
      client.close();
    }
  }

  private static void assertRefused(ThrowingCallable call, RiverError code, String part) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(RiverException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(part);
  }

  @Test
  @RiverPoint(74)
  void aJobCancelledByAnotherClientEndsAsCancelled() {
    RiverClient client = client(config());
    client.start();
    long id = client.insert(KIND, "{}").job().id();
    Await.permits("the job to begin", begun, 1);
    driver.executor().jobCancel(id, Instant.now());
    JobRow row = driver.awaitState(id, JobState.CANCELLED);
    assertThat(row.errors())
        .singleElement()
        .satisfies(
            error -> assertThat(error.error()).isEqualTo("JobCancelError: job cancelled remotely"));
    assertThat(row.finalizedAt()).isNotNull();
  }

  @Test
  @RiverPoint(74)
  void aCancellationIsHeardWhileAStopWaits() {
    RiverClient client = client(config());
    client.start();
    long id = client.insert(KIND, "{}").job().id();
    Await.permits("the job to begin", begun, 1);
    Thread stopper = Thread.ofPlatform().start(client::stop);
    // The stop has come as far as the running job: nothing fetches any more.
    Await.until("the producers to end", () -> !threads().contains("gala-fetch-default"));
    driver.executor().jobCancel(id, Instant.now());
    Await.end(stopper);
    assertThat(driver.row(id).state()).isEqualTo(JobState.CANCELLED);
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).toList();
  }

  @Test
  void stopNowIsNotForgottenByAStartUnderWay() {
    driver.add("k", "{}");
    RiverClient client = client(config().queue("last", 1));
    Gate listening = driver.faults().block(Call.LISTEN);
    Thread starter = Thread.ofPlatform().start(client::start);
    listening.awaitEntered();
    Thread stopper = Thread.ofPlatform().start(client::stopNow);
    Await.parked(stopper);
    Gate first = driver.faults().block(Call.QUEUE_CREATE_OR_UPDATE);
    listening.open();
    first.awaitEntered();
    Gate last = driver.faults().block(Call.QUEUE_CREATE_OR_UPDATE);
    first.open();
    Await.permits("the job to begin", begun, 1);
    last.open();
    Await.end(starter);
    Await.end(stopper);
    assertThat(driver.rows())
        .singleElement()
        .satisfies(row -> assertThat(row.state()).isEqualTo(JobState.AVAILABLE))
        .satisfies(row -> assertThat(row.attempt()).isZero());
  }

  @Test
  @RiverPoint(47)
  void aPausedQueueRestsUntilItIsResumed() {
    driver.executor().queueCreateOrUpdate("default");
    driver.executor().queuePause("default");
    RiverClient client = client(config());
    client.start();
    long id = client.insert(KIND, "{}").job().id();
    mayEnd.countDown();
    client.stop();
    assertThat(driver.row(id).state()).isEqualTo(JobState.AVAILABLE);
    client.start();
    driver.executor().queueResume("*");
    assertThat(driver.awaitState(id, JobState.COMPLETED).attempt()).isEqualTo(1);
  }

  @Test
  void aStartThatCannotReportItsQueuesLeavesNothing() {
    driver.faults().fail(Call.QUEUE_CREATE_OR_UPDATE, 1, Faults::away);
    RiverClient client = client(config());
    assertRefused(client::start, RiverError.DATABASE_UNAVAILABLE, "away");
    Leftovers.noThreads();
    assertThat(driver.listening()).isZero();
    client.start();
    client.insert(KIND, "{}");
    Await.permits("the job to begin", begun, 1);
  }

  @Test
  void aStartThatEndsInAnErrorLeavesNothing() {
    driver
        .faults()
        .fail(Call.QUEUE_CREATE_OR_UPDATE, 1, () -> new NoClassDefFoundError("some/Class"));
    RiverClient client = client(config());
    assertThatThrownBy(client::start).isInstanceOf(NoClassDefFoundError.class);
    Leftovers.noThreads();
    assertThat(driver.listening()).isZero();
    client.start();
    client.insert(KIND, "{}");
    Await.permits("the job to begin", begun, 1);
  }

  @Test
  @RiverPoint(51)
  void queuesAreAddedAndRemovedWhileItRuns() {
    RiverClient client = client(config());
    client.start();
    client.addQueue("b", new QueueConfig(1));
    long id = client.insert(KIND, "{}", INTO_B, Tx.own()).job().id();
    Await.permits("the job to begin", begun, 1);
    assertThat(client.removeQueue("b", Duration.ZERO)).isFalse();
    mayEnd.countDown();
    assertThat(client.removeQueue("b", Await.DEADLINE)).isTrue();
    assertThat(driver.awaitState(id, JobState.COMPLETED).attempt()).isEqualTo(1);
    long left = client.insert(KIND, "{}", INTO_B, Tx.own()).job().id();
    client.stop();
    assertThat(driver.row(left).state()).isEqualTo(JobState.AVAILABLE);
    client.addQueue("b", new QueueConfig(1));
    client.start();
    assertThat(driver.awaitState(left, JobState.COMPLETED).attempt()).isEqualTo(1);
  }

  @Test
  @RiverPoint(51)
  void aQueueIsCheckedAsAtConstruction() {
    RiverClient client = client(config());
    QueueConfig one = new QueueConfig(1);
    assertRefused(
        () -> client.addQueue("default", one), RiverError.QUEUE_ALREADY_ADDED, "\"default\"");
    assertRefused(() -> client.addQueue("Upper", one), RiverError.CONFIG_INVALID, "\"Upper\"");
    assertRefused(
        () -> client.addQueue("b", new QueueConfig(1, Duration.ofHours(2), null)),
        RiverError.CONFIG_INVALID,
        "\"b\"");
    assertRefused(() -> client.removeQueue("b", Duration.ZERO), RiverError.NOT_FOUND, "\"b\"");
    client.close();
    assertRefused(() -> client.addQueue("b", one), RiverError.CLIENT_STATE, "is closed");
  }

  @Test
  void aClientWithoutWorkersTakesNoQueues() {
    RiverClient client = client(RiverConfig.builder());
    assertRefused(
        () -> client.addQueue("b", new QueueConfig(1)), RiverError.CLIENT_STATE, "has no workers");
  }

  @Test
  @RiverPoint(45)
  void jobsOfUnknownKindsAreLeftToOthers() {
    long unknown = driver.add("u", "{}");
    long known = driver.add("k", "{}");
    mayEnd.countDown();
    RiverClient client = client(config());
    client.start();
    driver.awaitState(known, JobState.COMPLETED);
    client.stop();
    assertThat(driver.row(unknown).state()).isEqualTo(JobState.AVAILABLE);
    assertThat(driver.row(unknown).attempt()).isZero();
  }

  @Test
  @RiverPoint(60)
  void whereAskedForJobsOfUnknownKindsAreClaimedAndFail() {
    long unknown = driver.add("u", "{}");
    RiverClient client = client(config().fetchOnlyKnownKinds(false));
    client.start();
    JobRow row = driver.awaitState(unknown, JobState.RETRYABLE);
    assertThat(row.attempt()).isEqualTo(1);
    assertThat(row.errors().getFirst().error())
        .isEqualTo("job kind is not registered in the client's Workers bundle: u");
  }
}
