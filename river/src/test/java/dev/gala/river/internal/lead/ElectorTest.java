package dev.gala.river.internal.lead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.driver.Leader;
import dev.gala.river.driver.NotificationTopic;
import dev.gala.river.fake.Await;
import dev.gala.river.fake.Call;
import dev.gala.river.fake.FakeDriver;
import dev.gala.river.fake.Faults;
import dev.gala.river.fake.Gate;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.Logs;
import dev.gala.river.fake.ManualClockwork;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.internal.lifecycle.Troubles;
import dev.gala.river.internal.notify.LeadershipMessage;
import dev.gala.river.job.Health;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Leftovers.class)
final class ElectorTest {
  private static final Duration INTERVAL = Duration.ofSeconds(5);
  private static final Duration JITTERED = Duration.ofSeconds(6);
  private static final Duration TRUST = Duration.ofSeconds(14);
  private static final Duration LITTLE = Duration.ofMillis(1);
  private static final Duration HEAD_START = Duration.ofSeconds(1);

  private final FakeDriver driver = new FakeDriver();
  private final ManualClockwork clock = new ManualClockwork();
  private final List<String> log = new CopyOnWriteArrayList<>();
  private final Troubles troubles = new Troubles(InstantSource.system());
  private final Beat beatOfA = new Beat("a", log::add);
  private final Beat beatOfB = new Beat("b", log::add);
  private final Elector a = elector("a", beatOfA);
  private final Elector b = elector("b", beatOfB);

  private Elector elector(String id, Beat beat) {
    return elector(id, new LeaderServices(List.of(beat)));
  }

  private Elector elector(String id, LeaderServices services) {
    return new Elector(
        driver, new Elector.Config(id, INTERVAL), new Threads("gala", troubles), clock, services);
  }

  @BeforeEach
  void setClock() {
    driver.leadership().clock(clock);
  }

  @AfterEach
  void stop() {
    a.stop();
    b.stop();
  }

  private void aLeads() {
    a.start();
    beatOfA.awaitRunning();
    clock.awaitSleeper(INTERVAL, INTERVAL);
    clock.awaitSleeper(TRUST, TRUST);
  }

  /** B has asked, and waits for its next time. */
  private void bFollows() {
    int before = driver.faults().count(Call.LEADER_ELECT);
    b.start();
    driver.faults().awaitCount(Call.LEADER_ELECT, before + 1);
    clock.awaitSleeper(INTERVAL.plus(LITTLE), JITTERED);
  }

  private Leader row() {
    return Objects.requireNonNull(driver.leadership().row(), "nobody leads");
  }

  @Test
  @RiverPoint(82)
  void oneOfTwoLeads() {
    aLeads();
    bFollows();
    assertThat(row().leaderId()).isEqualTo("a");
    assertThat(Duration.between(row().electedAt(), row().expiresAt())).hasSeconds(15);
    assertThat(a.leads()).isTrue();
    assertThat(b.leads()).isFalse();
    assertThat(log).containsExactly("a starts");
  }

  @Test
  @RiverPoint(82)
  void whoeverDiesIsFollowedWhenItsTermIsOver() {
    driver.leadership().write(new Leader("dead", clock.instant(), clock.instant().plusSeconds(15)));
    bFollows();
    for (int asked = 2; !b.leads(); asked++) {
      clock.advance(JITTERED);
      driver.faults().awaitCount(Call.LEADER_ELECT, asked);
      Await.until(
          "b to lead, or to wait",
          () -> b.leads() || driver.leadership().row().leaderId().equals("dead"));
      if (driver.leadership().row().leaderId().equals("dead")) {
        clock.awaitSleeper(INTERVAL, JITTERED);
      } else {
        beatOfB.awaitRunning();
      }
    }
    assertThat(driver.faults().count(Call.LEADER_ELECT)).isEqualTo(4);
  }

  @Test
  @RiverPoint(85)
  void itRenewsItsTermForHours() {
    aLeads();
    Leader first = row();
    for (int renewals = 1; renewals <= 1_440; renewals++) {
      clock.advance(INTERVAL);
      driver.faults().awaitCount(Call.LEADER_REELECT, renewals);
      clock.awaitSleeper(INTERVAL, INTERVAL);
    }
    assertThat(row().electedAt()).isEqualTo(first.electedAt());
    assertThat(row().expiresAt()).isEqualTo(first.expiresAt().plus(Duration.ofHours(2)));
    assertThat(log).containsExactly("a starts");
  }

  @Test
  @RiverPoint(83)
  void aStopEndsTheServicesThenTheTermAndTellsTheOthers() {
    Gate resigning = driver.faults().block(Call.LEADER_RESIGN);
    aLeads();
    Thread stop = Thread.ofPlatform().name("test-stop").start(a::stop);
    resigning.awaitEntered();
    assertThat(log).containsExactly("a starts", "a stopped");
    assertThat(row().leaderId()).isEqualTo("a");
    resigning.open();
    Await.end(stop);
    assertThat(driver.leadership().row()).isNull();
    assertThat(driver.notified(NotificationTopic.LEADERSHIP))
        .containsExactly("{\"leader_id\" : \"a\", \"action\" : \"resigned\"}");
  }

  @Test
  @RiverPoint(83)
  void aFollowerThatHearsOfAVacancyTakesOver() {
    aLeads();
    bFollows();
    a.stop();
    b.told(new LeadershipMessage.Resigned("a"));
    // A little later, so that not all ask at once.
    clock.awaitSleeper(Duration.ZERO, Duration.ofMillis(50));
    clock.advance(Duration.ofMillis(50));
    beatOfB.awaitRunning();
    assertThat(row().leaderId()).isEqualTo("b");
    assertThat(log).containsExactly("a starts", "a stopped", "b starts");
  }

  @Test
  void itsOwnResignationAndWhatItDoesNotKnowAreNoVacancy() {
    aLeads();
    bFollows();
    b.told(new LeadershipMessage.Resigned("b"));
    b.told(new LeadershipMessage.Unknown("explode"));
    a.told(new LeadershipMessage.Resigned("c"));
    clock.awaitSleeper(INTERVAL.plus(LITTLE), JITTERED);
    assertThat(driver.faults().count(Call.LEADER_ELECT)).isEqualTo(2);
    assertThat(a.leads()).isTrue();
  }

  @Test
  @RiverPoint(84)
  void whoeverLeadsResignsWhenAsked() {
    aLeads();
    bFollows();
    b.told(new LeadershipMessage.RequestResign(""));
    a.told(new LeadershipMessage.RequestResign("b"));
    a.told(new LeadershipMessage.RequestResign(""));
    beatOfA.awaitStopped();
    Await.until("the row to go", () -> driver.leadership().row() == null);
    // It leaves the others a moment, and then stands again.
    clock.awaitSleeper(LITTLE, HEAD_START);
    b.told(new LeadershipMessage.Resigned("a"));
    clock.awaitSleeper(Duration.ZERO, Duration.ofMillis(50));
    clock.advance(Duration.ofMillis(50));
    beatOfB.awaitRunning();
    assertThat(row().leaderId()).isEqualTo("b");
    assertThat(driver.faults().count(Call.LEADER_RESIGN)).isEqualTo(1);
  }

  /** The row says so already, and whoever asks may have read it. */
  @Test
  @RiverPoint(84)
  void whoeverIsAskedInTheMomentItIsElectedResignsToo() {
    Gate elected = driver.faults().blockAfter(Call.LEADER_ELECT);
    a.start();
    elected.awaitEntered();
    a.told(new LeadershipMessage.RequestResign(""));
    elected.open();
    driver.faults().awaitCount(Call.LEADER_RESIGN, 1);
    Await.until("the row to go", () -> driver.leadership().row() == null);
    assertThat(beatOfA.isTold()).isTrue();
  }

  @Test
  @RiverPoint(84)
  void ifThereIsNobodyElseItLeadsAgain() {
    aLeads();
    Leader before = row();
    clock.advance(LITTLE);
    a.told(new LeadershipMessage.RequestResign(""));
    beatOfA.awaitStopped();
    clock.awaitSleeper(LITTLE, HEAD_START);
    clock.advance(HEAD_START);
    beatOfA.awaitStarts(2);
    assertThat(row().leaderId()).isEqualTo("a");
    assertThat(row().electedAt()).isAfter(before.electedAt());
  }

  @Test
  @RiverPoint(86)
  void whileARenewalHangsTheServicesStopBeforeTheRowExpires(Logs logs) {
    logs.expect("client a cannot know any more whether it leads");
    aLeads();
    Gate renewing = driver.faults().block(Call.LEADER_REELECT);
    clock.advance(INTERVAL);
    renewing.awaitEntered();
    clock.advance(TRUST.minus(INTERVAL).minus(LITTLE));
    clock.awaitSleeper(LITTLE, LITTLE);
    assertThat(beatOfA.isTold()).isFalse();

    clock.advance(LITTLE);

    beatOfA.awaitTold();
    assertThat(row().expiresAt()).isAfter(clock.instant());
    renewing.open();
  }

  @Test
  @RiverPoint(86)
  void whileRenewalsFailTheServicesStopBeforeTheRowExpires(Logs logs) {
    logs.expect("client a");
    logs.expect("renewing the leadership failed");
    aLeads();
    driver.faults().failAlways(Call.LEADER_REELECT, Faults::away);
    clock.advance(INTERVAL);
    driver.faults().awaitCount(Call.LEADER_REELECT, 1);
    clock.awaitSleeper(LITTLE, Duration.ofMillis(120));
    clock.advance(TRUST.minus(INTERVAL));
    // Its row it can still give up; and then it stands again.
    beatOfA.awaitStarts(2);
    assertThat(log).containsExactly("a starts", "a stopped", "a starts");
    assertThat(driver.faults().count(Call.LEADER_RESIGN)).isEqualTo(1);
  }

  @Test
  void renewalsThatFailAreTriedAgainAtOnce(Logs logs) {
    logs.expect("renewing the leadership failed");
    aLeads();
    driver.faults().fail(Call.LEADER_REELECT, 3, Faults::away);
    for (int failures = 0; failures < 3; failures++) {
      clock.advance(failures == 0 ? INTERVAL : Duration.ofMillis(500));
      driver.faults().awaitCount(Call.LEADER_REELECT, failures + 1);
      clock.awaitSleeper(LITTLE, Duration.ofMillis(500));
    }
    clock.advance(Duration.ofMillis(500));
    driver.faults().awaitCount(Call.LEADER_REELECT, 4);
    clock.awaitSleeper(INTERVAL, INTERVAL);
    clock.awaitSleeper(TRUST, TRUST);
    assertThat(log).containsExactly("a starts");
  }

  @Test
  void statementsHaveLimitsThatTrustDoesNotOutlive(Logs logs) {
    logs.expect("renewing the leadership failed");
    aLeads();
    driver.faults().fail(Call.LEADER_REELECT, 1, Faults::away);
    clock.advance(Duration.ofSeconds(10));
    driver.faults().awaitCount(Call.LEADER_REELECT, 1);
    clock.awaitSleeper(LITTLE, Duration.ofMillis(120));
    clock.advance(Duration.ofMillis(120));
    driver.faults().awaitCount(Call.LEADER_REELECT, 2);
    clock.awaitSleeper(INTERVAL, INTERVAL);
    assertThat(driver.leadership().limits())
        .containsExactly(Duration.ofSeconds(5), Duration.ofMillis(3_880));
  }

  @Test
  void anAnswerThatComesTooLateButIsYesLetsTheServicesBeginAnew(Logs logs) {
    logs.expect("client a cannot know any more whether it leads");
    aLeads();
    Gate renewing = driver.faults().block(Call.LEADER_REELECT);
    clock.advance(INTERVAL);
    renewing.awaitEntered();
    clock.advance(TRUST.minus(INTERVAL));
    beatOfA.awaitTold();
    renewing.open();
    beatOfA.awaitStarts(2);
    assertThat(log).containsExactly("a starts", "a stopped", "a starts");
    // It counts from when the statement began.
    clock.awaitSleeper(INTERVAL, INTERVAL);
  }

  @Test
  void aTermThatAnotherHandEndedIsNotResigned(Logs logs) {
    logs.expect("the term of client a is over");
    aLeads();
    var other = new Leader("c", clock.instant(), clock.instant().plusSeconds(15));
    driver.leadership().write(other);
    clock.advance(INTERVAL);
    driver.faults().awaitCount(Call.LEADER_ELECT, 2);
    clock.awaitSleeper(INTERVAL, JITTERED);
    assertThat(row()).isEqualTo(other);
    assertThat(driver.faults().count(Call.LEADER_RESIGN)).isZero();
    assertThat(driver.notified(NotificationTopic.LEADERSHIP)).isEmpty();
  }

  @Test
  void aLostRowIsWonAgainAtOnce(Logs logs) {
    logs.expect("the term of client a is over");
    aLeads();
    driver.leadership().write(null);
    clock.advance(INTERVAL);
    beatOfA.awaitStarts(2);
    assertThat(log).containsExactly("a starts", "a stopped", "a starts");
    assertThat(row().leaderId()).isEqualTo("a");
  }

  @Test
  void anElectionThatFailsIsTriedAgain(Logs logs) {
    logs.expect("standing for election failed");
    driver.faults().fail(Call.LEADER_ELECT, 2, Faults::away);
    a.start();
    for (int failures = 1; failures <= 2; failures++) {
      driver.faults().awaitCount(Call.LEADER_ELECT, failures);
      clock.awaitSleeper(LITTLE, Duration.ofMillis(240));
      assertInTrouble();
      clock.advance(Duration.ofMillis(240));
    }
    beatOfA.awaitRunning();
    Await.until("health", () -> troubles.health().isHealthy());
  }

  @Test
  void whileRenewalsFailHealthSaysSo(Logs logs) {
    logs.expect("renewing the leadership failed");
    aLeads();
    assertThat(troubles.health().isHealthy()).isTrue();
    driver.faults().fail(Call.LEADER_REELECT, 1, Faults::away);
    clock.advance(INTERVAL);
    driver.faults().awaitCount(Call.LEADER_REELECT, 1);
    clock.awaitSleeper(LITTLE, Duration.ofMillis(120));
    assertInTrouble();
    clock.advance(Duration.ofMillis(120));
    Await.until("health", () -> troubles.health().isHealthy());
  }

  private void assertInTrouble() {
    assertThat(troubles.health())
        .isInstanceOfSatisfying(
            Health.Degraded.class,
            health ->
                assertThat(health.troubles())
                    .extracting(Health.Trouble::component)
                    .containsExactly("elector"));
  }

  /** Also where it is the machine that fails: a leader that does nothing keeps others from it. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void servicesThatDoNotStartMakeItResign(boolean noThread, Logs logs) {
    logs.expect("starting what a leader does failed");
    logs.expect("cannot do what a leader does");
    beatOfA.failToStart(
        3,
        () ->
            noThread
                ? new OutOfMemoryError("unable to create native thread")
                : new IllegalStateException("a does not start"));
    a.start();
    for (int failures = 1; failures <= 3; failures++) {
      int wanted = failures;
      Await.until("a failure", () -> logs.count("starting what a leader does") >= wanted);
      clock.awaitSleeper(LITTLE, Duration.ofMillis(500));
      clock.advance(Duration.ofMillis(500));
    }
    Await.until("the row to go", () -> driver.leadership().row() == null);
    clock.awaitSleeper(INTERVAL, INTERVAL);
    assertInTrouble();
    clock.advance(INTERVAL);
    beatOfA.awaitRunning();
    Await.until("health", () -> troubles.health().isHealthy());
  }

  @Test
  void whoeverLeadsAndDoesNothingResigns(Logs logs) {
    logs.expect("cannot do what a leader does");
    var services = new LeaderServices(List.of(beatOfB));
    Elector idle = elector("idle", services);
    try {
      idle.start();
      beatOfB.awaitRunning();
      clock.awaitSleeper(INTERVAL, INTERVAL);
      services.tellToStop();

      clock.advance(INTERVAL);

      beatOfB.awaitStopped();
      Await.until("the row to go", () -> driver.leadership().row() == null);
      clock.awaitSleeper(INTERVAL, INTERVAL);
      clock.advance(INTERVAL);
      beatOfB.awaitStarts(2);
    } finally {
      idle.stop();
    }
  }

  @Test
  void aResignationIsTriedThreeTimes(Logs logs) {
    logs.expect("resigning failed");
    logs.expect("did not resign");
    aLeads();
    driver.faults().failAlways(Call.LEADER_RESIGN, Faults::away);
    a.stop();
    assertThat(driver.faults().count(Call.LEADER_RESIGN)).isEqualTo(3);
    assertThat(row().leaderId()).isEqualTo("a");
    driver.faults().heal(Call.LEADER_RESIGN);
    // Its own row is an obstacle like any other.
    a.start();
    clock.awaitSleeper(INTERVAL, JITTERED);
    assertThat(a.leads()).isFalse();
  }

  @Test
  void aStopWhileItIsBeingElectedLeavesNoRow() {
    Gate electing = driver.faults().blockAfter(Call.LEADER_ELECT);
    a.start();
    electing.awaitEntered();
    Thread stop = Thread.ofPlatform().name("test-stop").start(a::stop);
    Await.parked(stop);
    electing.open();
    Await.end(stop);
    assertThat(driver.leadership().row()).isNull();
    assertThat(log).doesNotContain("a starts");
  }
}
