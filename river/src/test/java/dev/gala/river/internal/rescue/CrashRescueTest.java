package dev.gala.river.internal.rescue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.driver.ClaimedJob;
import dev.gala.river.driver.Heartbeats.RescueParams;
import dev.gala.river.driver.Heartbeats.Silent;
import dev.gala.river.driver.JobGetAvailableParams;
import dev.gala.river.driver.JobSetStateParams;
import dev.gala.river.fake.Await;
import dev.gala.river.fake.Call;
import dev.gala.river.fake.FakeDriver;
import dev.gala.river.fake.Faults;
import dev.gala.river.fake.Gate;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.Logs;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Leftovers.class)
final class CrashRescueTest {
  private static final Duration TTL = Duration.ofSeconds(1);
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private final FakeDriver driver = new FakeDriver();
  private final Holdings holdings = new Holdings();
  private final BlockingQueue<String> woken = new LinkedBlockingQueue<>();
  private final CrashRescue rescue =
      new CrashRescue(
          driver,
          driver.heartbeats(TTL),
          new CrashRescue.Config("me", TTL, InstantSource.fixed(NOW)),
          new Threads("gala"),
          holdings,
          woken::add);

  @AfterEach
  void stop() {
    rescue.stop();
  }

  private void awaitWoken() throws InterruptedException {
    assertThat(woken.poll(Await.DEADLINE.toNanos(), TimeUnit.NANOSECONDS)).isEqualTo("default");
  }

  private JobRow claim(String clientId) {
    driver.add("k", "{}");
    var params = new JobGetAvailableParams(clientId, List.of("k"), 1, "default");
    return driver.executor().jobGetAvailable(params).getFirst().job();
  }

  private void dead() {
    rescue.dead(List.of(new Silent("dead", 1, NOW, TTL)));
  }

  @Test
  void theJobsOfTheDeadArePutBack(Logs logs) throws Exception {
    logs.expect("client dead is dead: 1 of its jobs are put back, {AVAILABLE=1}");
    driver.addClient("dead", TTL, Instant.now());
    JobRow lost = claim("dead");
    JobRow other = claim("other");
    rescue.start();
    dead();

    awaitWoken();
    assertThat(driver.row(lost.id()).state()).isEqualTo(JobState.AVAILABLE);
    assertThat(driver.row(other.id())).isEqualTo(other);
    RescueParams asked = driver.rescues().getFirst();
    assertThat(asked.dead().getFirst().cause())
        .isEqualTo(
            "worker died: client \"dead\" did not renew its heartbeat for PT1S; put back by client"
                + " \"me\"");
    assertThat(asked.keep()).isEqualTo(Duration.ofSeconds(64));
  }

  @Test
  void whatFailsIsForgottenUntilTheNextHeartbeatSaysItAgain(Logs logs) throws Exception {
    logs.expect("rescue: failed, trying again");
    logs.expect("is dead: 1 of its jobs");
    driver.addClient("dead", TTL, Instant.now());
    JobRow lost = claim("dead");
    driver.faults().fail(Call.RESCUE, 1, Faults::away);
    rescue.start();
    dead();
    driver.faults().awaitCount(Call.RESCUE, 1);
    dead();

    awaitWoken();
    assertThat(driver.row(lost.id()).state()).isEqualTo(JobState.AVAILABLE);
  }

  @Test
  void aClaimWhoseAnswerNeverCameIsPutBackAndUsesNoAttempt(Logs logs) throws Exception {
    logs.expect("ran in the name of client me, which does not hold it");
    Holdings.Claim claim = holdings.claimBegins("default");
    JobRow lost = claim("me");
    JobRow other = claim("other");
    claim.failed(Faults.unknown());
    rescue.start();

    awaitWoken();
    JobRow now = driver.row(lost.id());
    assertThat(now.state()).isEqualTo(JobState.AVAILABLE);
    assertThat(now.attempt()).isZero();
    assertThat(now.errors()).isEmpty();
    assertThat(now.scheduledAt()).isEqualTo(lost.scheduledAt());
    assertThat(driver.row(other.id())).isEqualTo(other);
  }

  @Test
  void whatIsHeldStays() {
    Holdings.Claim claim = holdings.claimBegins("default");
    JobRow held = claim("me");
    claim.brought(List.of(new ClaimedJob(held, null)));
    rescue.start();

    driver.faults().awaitCount(Call.RUNNING, 4);

    assertThat(driver.row(held.id())).isEqualTo(held);
  }

  @Test
  void aLostJobWhoseCancellationWasAskedForIsCancelled(Logs logs) throws Exception {
    logs.expect("which does not hold it");
    holdings.claimBegins("default").failed(Faults.unknown());
    JobRow lost = claim("me");
    driver.cancelUntold(lost.id());
    rescue.start();

    awaitWoken();
    JobRow now = driver.row(lost.id());
    assertThat(now.state()).isEqualTo(JobState.CANCELLED);
    assertThat(now.errors().getFirst().error()).isEqualTo("JobCancelError: job cancelled remotely");
  }

  @Test
  void anAttemptWhoseEndCannotBeWrittenIsUsed(Logs logs) throws Exception {
    logs.expect("which does not hold it");
    holdings.claimBegins("default").failed(Faults.unknown());
    JobRow retried = claim("me");
    JobRow last = claim("me");
    holdings.spent(retried.attemptId(), "refused", false);
    holdings.spent(last.attemptId(), "refused", true);
    rescue.start();

    awaitWoken();
    JobRow now = driver.row(retried.id());
    assertThat(now.state()).isEqualTo(JobState.RETRYABLE);
    assertThat(now.attempt()).isEqualTo(1);
    assertThat(now.scheduledAt()).isEqualTo(NOW.plusSeconds(60));
    assertThat(now.errors().getFirst().error()).isEqualTo("its end could not be written: refused");
    assertThat(driver.row(last.id()).state()).isEqualTo(JobState.DISCARDED);
  }

  /** What ends between the look and the write is left as it is. */
  @Test
  void whatEndsMeanwhileStays(Logs logs) {
    logs.expect("which does not hold it");
    holdings.claimBegins("default").failed(Faults.unknown());
    JobRow lost = claim("me");
    Gate writing = driver.faults().block(Call.SET_STATE);
    rescue.start();
    writing.awaitEntered();
    driver.endByAnotherHand(lost.id(), JobState.COMPLETED);
    writing.open();

    driver.faults().awaitCount(Call.RUNNING, driver.faults().count(Call.RUNNING) + 2);
    assertThat(driver.row(lost.id()).state()).isEqualTo(JobState.COMPLETED);
  }

  @Test
  void whoClaimedNothingAsksNothing() {
    rescue.start();
    rescue.dead(List.of(new Silent("gone", 1, NOW, TTL)));
    driver.faults().awaitCount(Call.RESCUE, 1);
    rescue.stop();

    assertThat(driver.faults().count(Call.RUNNING)).isZero();
  }

  @Test
  void anAuditThatFailsIsMadeAgain(Logs logs) throws Exception {
    logs.expect("rescue: failed, trying again");
    logs.expect("which does not hold it");
    driver.faults().fail(Call.RUNNING, 2, Faults::away);
    driver
        .faults()
        .fail(
            Call.SET_STATE,
            1,
            () -> new RiverException(RiverError.ROW_LOCKED, "locked", null, true));
    holdings.claimBegins("default").failed(Faults.unknown());
    JobRow lost = claim("me");
    rescue.start();

    awaitWoken();
    assertThat(driver.row(lost.id()).state()).isEqualTo(JobState.AVAILABLE);
  }

  @Test
  void oneLostJobThatIsRefusedKeepsNoOtherFromBeingPutBack(Logs logs) throws Exception {
    logs.expect("which does not hold it");
    logs.expect("cannot be put back: value refused");
    holdings.claimBegins("default").failed(Faults.unknown());
    JobRow refused = claim("me");
    JobRow lost = claim("me");
    driver
        .faults()
        .refuse(
            Call.SET_STATE,
            params ->
                params instanceof List<?> outcomes
                    && outcomes.stream()
                        .anyMatch(
                            outcome ->
                                outcome instanceof JobSetStateParams set
                                    && set.attemptId().equals(refused.attemptId())),
            Faults::refused);
    rescue.start();

    awaitWoken();
    assertThat(driver.row(lost.id()).state()).isEqualTo(JobState.AVAILABLE);
    assertThat(driver.row(refused.id())).isEqualTo(refused);
  }

  @Test
  void theTimesFollowFromTheTtl() {
    assertThat(config(Duration.ofSeconds(15)).auditInterval()).isEqualTo(Duration.ofSeconds(5));
    assertThat(config(Duration.ofMinutes(10)).auditInterval()).isEqualTo(Duration.ofSeconds(10));
    assertThat(config(Duration.ofSeconds(15)).keep()).isEqualTo(Duration.ofMinutes(2));
  }

  private static CrashRescue.Config config(Duration ttl) {
    return new CrashRescue.Config("me", ttl, InstantSource.system());
  }
}
