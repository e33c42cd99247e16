package dev.gala.river.internal.rescue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.river.driver.ClaimedJob;
import dev.gala.river.driver.Heartbeats.Silent;
import dev.gala.river.fake.Await;
import dev.gala.river.fake.Call;
import dev.gala.river.fake.FakeDriver;
import dev.gala.river.fake.Faults;
import dev.gala.river.fake.Gate;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.Logs;
import dev.gala.river.fake.Rows;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.internal.lifecycle.Troubles;
import dev.gala.river.job.Health;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Leftovers.class)
final class HeartbeatTest {
  private static final Duration TTL = Duration.ofMillis(500);
  private static final Duration LONG = Duration.ofHours(1);

  private final FakeDriver driver = new FakeDriver();
  private final Lease lease = new Lease();
  private final Holdings holdings = new Holdings(lease::holds);
  private final Troubles troubles = new Troubles(InstantSource.system());
  private final Semaphore cutOff = new Semaphore(0);
  private final Semaphore backInTouch = new Semaphore(0);
  private final List<Silent> dead = new CopyOnWriteArrayList<>();
  private Heartbeat heartbeat = heartbeat(TTL);

  private Heartbeat heartbeat(Duration ttl) {
    return new Heartbeat(
        driver.heartbeats(ttl),
        new Heartbeat.Config("me", ttl),
        new Threads("gala", troubles),
        lease,
        holdings,
        new Heartbeat.Audience() {
          @Override
          public void cutOff() {
            cutOff.release();
          }

          @Override
          public void backInTouch() {
            backInTouch.release();
          }

          @Override
          public void dead(List<Silent> clients) {
            dead.addAll(clients);
          }
        });
  }

  @AfterEach
  void stop() {
    heartbeat.stop();
  }

  private static RiverException missing() {
    return new RiverException(RiverError.SCHEMA_OUTDATED, "there is no such table");
  }

  private static RiverException forbidden() {
    return new RiverException(RiverError.DATABASE, "permission denied");
  }

  @Test
  void aClientIsKnownFromItsStartToItsStop() {
    heartbeat.start();
    assertThat(driver.hasClient("me")).isTrue();
    driver.faults().awaitCount(Call.BEAT, 3);
    assertThat(lease.holds()).isTrue();
    assertThat(troubles.health().isHealthy()).isTrue();

    heartbeat.stop();

    assertThat(driver.hasClient("me")).isFalse();
    assertThat(cutOff.availablePermits() + backInTouch.availablePermits()).isZero();
  }

  @Test
  void whoHoldsSomethingStillDoesNotLeave(Logs logs) {
    logs.expect("stops, and the ends of 1 attempts are not written");
    heartbeat.start();
    holdings.claimBegins("q").brought(List.of(new ClaimedJob(Rows.running(1, "k"), null)));

    heartbeat.stop();

    assertThat(driver.hasClient("me")).isTrue();
    assertThat(driver.faults().count(Call.LEAVE)).isZero();
  }

  @Test
  void aStopDoesNotWaitForADatabaseThatIsAway() {
    heartbeat.start();
    driver.faults().failAlways(Call.LEAVE, Faults::away);

    heartbeat.stop();

    assertThat(driver.hasClient("me")).isTrue();
  }

  @Test
  void aClientThatCannotRenewIsCutOffUntilItCan(Logs logs) {
    logs.expect("could not renew its heartbeat");
    logs.expect("was not renewed, trying again");
    heartbeat.start();
    driver.faults().failAlways(Call.BEAT, Faults::away);

    Await.permits("the end of the lease", cutOff, 1);
    assertThat(lease.holds()).isFalse();
    assertThat(troubles.health())
        .isInstanceOfSatisfying(
            Health.Degraded.class,
            health ->
                assertThat(health.troubles())
                    .singleElement()
                    .satisfies(
                        trouble -> {
                          assertThat(trouble.component()).isEqualTo("heartbeat");
                          assertThat(trouble.message()).isEqualTo("the database is away");
                        }));

    driver.faults().heal(Call.BEAT);
    Await.permits("the new lease", backInTouch, 1);
    Await.until("the lease", lease::holds);
    Await.until("health", () -> troubles.health().isHealthy());
    assertThat(cutOff.availablePermits()).isZero();
  }

  /** The thread that beats hangs; the one that watches does not. */
  @Test
  void aDatabaseThatDoesNotAnswerEndsTheLeaseToo(Logs logs) {
    logs.expect("could not renew its heartbeat");
    heartbeat.start();
    Gate hanging = driver.faults().block(Call.BEAT);
    hanging.awaitEntered();

    Await.permits("the end of the lease", cutOff, 1);

    hanging.open();
    Await.permits("the new lease", backInTouch, 1);
  }

  @Test
  void whoWasTakenForDeadInterruptsWhatItRuns(Logs logs) {
    logs.expect("was taken for dead");
    heartbeat.start();

    driver.sweepClient("me");
    Await.permits("the interruption", cutOff, 1);
    Await.permits("the new lease", backInTouch, 1);

    driver.dropClient("me");
    Await.permits("the interruption", cutOff, 1);
    assertThat(lease.holds()).isTrue();
    assertThat(driver.hasClient("me")).isTrue();
  }

  @Test
  void deadClientsAreTold() {
    driver.addClient("silent", TTL, Instant.now());
    driver.addClient("patient", LONG, Instant.now());
    heartbeat.start();

    Await.until("the dead one", () -> !dead.isEmpty());

    assertThat(dead).extracting(Silent::clientId).containsOnly("silent");
  }

  @Test
  void withoutTheTableNobodyIsLookedAfter(Logs logs) {
    driver.faults().failAlways(Call.BEAT, HeartbeatTest::missing);
    heartbeat.start();
    logs.await("has no heartbeat: if it dies, its jobs wait for River's rescuer");

    assertThat(lease.holds()).isTrue();
    assertThat(troubles.health().isHealthy()).isFalse();

    heartbeat.stop();
    assertThat(driver.faults().count(Call.LEAVE)).isZero();
    assertThat(troubles.health().isHealthy()).isTrue();
  }

  @Test
  void aTableThatGoesEndsNoLease(Logs logs) {
    heartbeat.start();
    driver.faults().failAlways(Call.BEAT, HeartbeatTest::missing);
    logs.await("has no heartbeat");

    Await.until("the lease without an end", () -> logs.count("has no heartbeat") == 1);
    assertThat(lease.holds()).isTrue();
  }

  @Test
  void whoMayNotWriteTheTableWorksWithout(Logs logs) {
    driver.faults().failAlways(Call.BEAT, HeartbeatTest::forbidden);
    heartbeat.start();

    logs.await("has no heartbeat");
    assertThat(logs.count("must be granted")).isEqualTo(1);
    assertThat(lease.holds()).isTrue();
  }

  /** Others may still read its row, and put back what it runs. */
  @Test
  void whoMayNotWriteItsRowAnyMoreIsCutOff(Logs logs) {
    logs.expect("was not renewed, trying again");
    logs.expect("could not renew its heartbeat");
    heartbeat.start();
    driver.faults().failAlways(Call.BEAT, HeartbeatTest::forbidden);

    Await.permits("the end of the lease", cutOff, 1);
  }

  @Test
  void aStartThatCannotReachTheDatabaseFails() {
    driver.faults().failAlways(Call.BEAT, Faults::away);

    assertThatThrownBy(heartbeat::start).isInstanceOf(RiverException.class);

    driver.faults().heal(Call.BEAT);
    heartbeat.start();
    assertThat(driver.hasClient("me")).isTrue();
  }

  /**
   * Its row may be there, and silent: without a lease it would work on while others put it back.
   */
  @Test
  void aFirstHeartbeatWithoutAnAnswerIsSentAgain(Logs logs) {
    driver.faults().failAfterDoing(Call.BEAT, 2);
    heartbeat.start();
    assertThat(driver.hasClient("me")).isTrue();
    assertThat(troubles.health().isHealthy()).isTrue();

    logs.expect("was not renewed, trying again");
    logs.expect("could not renew its heartbeat");
    driver.faults().failAlways(Call.BEAT, Faults::away);
    Await.permits("the end of the lease", cutOff, 1);
  }

  @Test
  void aStartThatIsNeverAnsweredFails() {
    driver.faults().failAfterDoing(Call.BEAT, 3);

    assertThatThrownBy(heartbeat::start)
        .isInstanceOfSatisfying(
            RiverException.class, e -> assertThat(e.code()).isEqualTo(RiverError.OUTCOME_UNKNOWN));
    assertThat(lease.isLimited()).isFalse();

    heartbeat.start();
    assertThat(lease.isLimited()).isTrue();
  }

  @Test
  void whoWasWithoutAndMayHaveARowSinceHasALease(Logs logs) {
    logs.expect("was not renewed, trying again");
    logs.expect("could not renew its heartbeat");
    driver.faults().failAlways(Call.BEAT, HeartbeatTest::missing);
    heartbeat.start();
    logs.await("has no heartbeat");

    driver.faults().failAfterDoing(Call.BEAT, 1);
    driver.faults().failAlways(Call.BEAT, Faults::away);

    Await.permits("the end of the lease", cutOff, 1);
  }

  @Test
  void whoWasWithoutAndFindsARowThatWasPutBackInterruptsWhatItRuns(Logs logs) {
    driver.faults().failAlways(Call.BEAT, HeartbeatTest::missing);
    heartbeat.start();
    logs.await("has no heartbeat");
    driver.addClient("me", TTL, Instant.now());
    driver.sweepClient("me");
    driver.faults().heal(Call.BEAT);

    logs.await("was taken for dead");
    Await.permits("the interruption", cutOff, 1);
    Await.permits("the new lease", backInTouch, 1);
  }

  @Test
  void whoMayNotWriteTheRowThatAnEarlierStartLeftDoesNotStart() {
    heartbeat.start();
    driver.faults().failAlways(Call.LEAVE, Faults::away);
    heartbeat.stop();
    driver.faults().failAlways(Call.BEAT, HeartbeatTest::forbidden);

    assertThatThrownBy(heartbeat::start).hasMessage("permission denied");
  }

  /** As many failures as one likes are tried again, and soon: at the pace of the heartbeat. */
  @Test
  void anythingElseIsTriedAgain(Logs logs) {
    logs.expect("failed, trying again");
    logs.expect("could not renew its heartbeat");
    heartbeat.start();
    driver.faults().fail(Call.BEAT, 2, () -> new IllegalStateException("a surprise"));

    driver.faults().awaitCount(Call.BEAT, 6);
    Await.until("the lease", lease::holds);
  }

  @Test
  void theTimesFollowFromTheTtl() {
    var usual = new Heartbeat.Config("me", Duration.ofSeconds(15));
    assertThat(usual.interval()).isEqualTo(Duration.ofSeconds(3));
    assertThat(usual.patience()).isEqualTo(Duration.ofSeconds(3));
    assertThat(usual.lease()).isEqualTo(Duration.ofSeconds(10));
    assertThat(usual.intervalWithout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(new Heartbeat.Config("me", Duration.ofSeconds(1)).patience())
        .isEqualTo(Duration.ofSeconds(1));
  }
}
