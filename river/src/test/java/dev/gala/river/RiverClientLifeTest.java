package dev.gala.river;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.driver.JobGetAvailableParams;
import dev.gala.river.fake.Await;
import dev.gala.river.fake.Call;
import dev.gala.river.fake.FakeDriver;
import dev.gala.river.fake.Faults;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.Logs;
import dev.gala.river.fake.TextJob;
import dev.gala.river.job.Health;
import dev.gala.river.job.HeartbeatConfig;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.JobType;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.worker.Outcome;
import dev.gala.river.worker.Worker;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that look after each other and themselves, and a database in trouble. */
@ExtendWith(Leftovers.class)
final class RiverClientLifeTest {
  private static final JobType<String> KIND = TextJob.of("k");
  private static final Duration TTL = Duration.ofSeconds(1);

  private final FakeDriver driver = new FakeDriver();
  private final Semaphore begun = new Semaphore(0);
  private @Nullable RiverClient client;

  private RiverClient start(Worker<String> worker, HeartbeatConfig heartbeat) {
    RiverConfig config =
        RiverConfig.builder()
            .worker(KIND, worker)
            .queue("default", 2)
            .fetchCooldown(Duration.ofMillis(1))
            .fetchPollInterval(Duration.ofMillis(20))
            .heartbeat(heartbeat)
            .build();
    client = RiverClient.create(driver.database(), config);
    client.start();
    return client;
  }

  private RiverClient start(Worker<String> worker) {
    return start(worker, HeartbeatConfig.ofTtl(TTL));
  }

  @AfterEach
  void close() {
    if (client != null) {
      client.close();
    }
  }

  private Outcome untilInterrupted() throws InterruptedException {
    begun.release();
    new CountDownLatch(1).await();
    return Outcome.done();
  }

  private static List<String> components(RiverClient client) {
    return switch (client.health()) {
      case Health.Healthy healthy -> List.of();
      case Health.Degraded(List<Health.Trouble> troubles) ->
          troubles.stream().map(Health.Trouble::component).toList();
    };
  }

  @Test
  void theJobsOfADeadClientAreWorkedByAnother(Logs logs) {
    logs.expect("client dead is dead: 1 of its jobs are put back");
    long id = driver.add("k", "{}");
    driver.executor().jobGetAvailable(new JobGetAvailableParams("dead", null, 1, "default"));
    driver.addClient("dead", TTL, Instant.now());

    start(context -> Outcome.done());

    JobRow row = driver.awaitState(id, JobState.COMPLETED);
    assertThat(row.attempt()).isEqualTo(2);
  }

  @Test
  void aClaimWhoseAnswerWasLostIsWorkedAfterAll(Logs logs) {
    logs.expect("may have claimed jobs of queue default whose rows never arrived");
    logs.expect("fetch-default: failed, trying again");
    logs.expect("which does not hold it: it is put back");
    long id = driver.add("k", "{}");
    driver.faults().failAfterDoing(Call.GET_AVAILABLE, 1);

    start(context -> Outcome.done());

    JobRow row = driver.awaitState(id, JobState.COMPLETED);
    assertThat(row.attempt()).as("none was used in vain").isEqualTo(1);
  }

  /** Its id is made, and so nobody else's. */
  @Test
  void withoutHeartbeatsThereIsAnAuditAllTheSame(Logs logs) {
    logs.expect("may have claimed jobs");
    logs.expect("failed, trying again");
    logs.expect("which does not hold it: it is put back");
    long id = driver.add("k", "{}");
    driver.faults().failAfterDoing(Call.GET_AVAILABLE, 1);

    start(context -> Outcome.done(), new HeartbeatConfig(false, TTL));

    driver.awaitState(id, JobState.COMPLETED);
    assertThat(driver.faults().count(Call.BEAT)).isZero();
  }

  @Test
  void aClientThatIsCutOffInterruptsItsWorkersAndGoesOnLater(Logs logs) {
    logs.expect("was not renewed, trying again");
    logs.expect("could not renew its heartbeat");
    long id = driver.add("k", "{}");
    RiverClient client = start(context -> untilInterrupted());
    Await.permits("the worker", begun, 1);
    driver.faults().failAlways(Call.BEAT, Faults::away);

    JobRow row = driver.awaitState(id, JobState.AVAILABLE);
    assertThat(row.attempt()).isZero();
    assertThat(row.errors()).isEmpty();
    assertThat(begun.availablePermits()).as("nothing is claimed meanwhile").isZero();
    assertThat(components(client)).containsExactly("heartbeat");

    driver.faults().heal(Call.BEAT);
    Await.permits("the worker", begun, 1);
    client.stopNow();
  }

  /** SQLSTATE 53300, 25006, 40001 and the like, and what nobody has thought of. */
  enum Trouble {
    AWAY(RiverError.DATABASE_UNAVAILABLE, true),
    PASSING(RiverError.DATABASE, true),
    LOCKED(RiverError.ROW_LOCKED, true),
    LASTING(RiverError.DATABASE, false),
    OUTDATED(RiverError.SCHEMA_OUTDATED, false);

    private final RiverError code;
    private final boolean passes;

    Trouble(RiverError code, boolean passes) {
      this.code = code;
      this.passes = passes;
    }

    RiverException thrown() {
      return new RiverException(code, "trouble", null, passes);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whateverTheDatabaseSaysNothingIsLostAndNoWorkerStops(Trouble trouble, Logs logs) {
    logs.expect("trouble");
    logs.expect("had lost its claim");
    logs.expect("is locked by somebody");
    logs.expect("could not renew its heartbeat");
    RiverClient client =
        start(
            context -> {
              begun.release();
              return Outcome.done();
            });
    List<Call> all =
        List.of(Call.GET_AVAILABLE, Call.COMPLETE, Call.BEAT, Call.RUNNING, Call.QUEUE_GET);
    all.forEach(call -> driver.faults().failAlways(call, trouble::thrown));
    List<Long> ids = List.of(driver.add("k", "{}"), driver.add("k", "{}"), driver.add("k", "{}"));
    driver.faults().awaitCount(Call.BEAT, driver.faults().count(Call.BEAT) + 1);
    Await.until("what is wrong to be told", () -> components(client).contains("fetch-default"));

    all.forEach(driver.faults()::heal);

    ids.forEach(id -> driver.awaitState(id, JobState.COMPLETED));
    Await.permits("the jobs", begun, 3);
    assertThat(ids).allSatisfy(id -> assertThat(driver.row(id).attempt()).isEqualTo(1));
    if (trouble != Trouble.OUTDATED) {
      Await.until("health", () -> client.health().isHealthy());
    }
    assertThat(begun.availablePermits()).isZero();
  }

  @Test
  void finishedWorkIsCompletedInTheSameAttempt(Logs logs) {
    logs.expect("trying again");
    RiverClient client = start(context -> Outcome.done(), HeartbeatConfig.defaults());
    driver.faults().failAlways(Call.COMPLETE, Faults::away);
    long id = driver.add("k", "{}");
    Await.until("what is wrong to be told", () -> components(client).contains("completer"));
    Health.Trouble trouble = ((Health.Degraded) client.health()).troubles().getFirst();
    assertThat(trouble.message()).isEqualTo("the database is away");
    assertThat(trouble.since()).isBeforeOrEqualTo(Instant.now());

    driver.faults().heal(Call.COMPLETE);
    assertThat(driver.awaitState(id, JobState.COMPLETED).attempt()).isEqualTo(1);
    Await.until("health", () -> client.health().isHealthy());
  }

  @Test
  void aListenerThatIsLostIsToldUntilItListensAgain(Logs logs) {
    logs.expect("notifier: failed, trying again");
    RiverClient client = start(context -> Outcome.done());
    driver.faults().failAlways(Call.LISTEN, Faults::away);
    driver.loseListeners();
    Await.until("what is wrong to be told", () -> components(client).contains("notifier"));
    long id = driver.add("k", "{}");
    driver.awaitState(id, JobState.COMPLETED);

    driver.faults().heal(Call.LISTEN);
    Await.until("health", () -> client.health().isHealthy());
  }

  @Test
  void aClientThatDoesNotRunIsHealthy() {
    client = RiverClient.create(driver.database(), RiverConfig.builder().build());
    assertThat(client.health()).isEqualTo(new Health.Healthy());
  }

  @Test
  void aStoppedClientIsForgotten() {
    RiverClient client = start(context -> Outcome.done());
    assertThat(driver.hasClient(client.id())).isTrue();
    client.stop();
    assertThat(driver.hasClient(client.id())).isFalse();
    client.start();
    assertThat(driver.hasClient(client.id())).isTrue();
  }
}
