package dev.gala.river.driver.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.river.driver.Heartbeats;
import dev.gala.river.driver.Heartbeats.Beat;
import dev.gala.river.driver.Heartbeats.BeatParams;
import dev.gala.river.driver.Heartbeats.Dead;
import dev.gala.river.driver.Heartbeats.Rescue;
import dev.gala.river.driver.Heartbeats.RescueParams;
import dev.gala.river.driver.Heartbeats.RescuedJob;
import dev.gala.river.driver.Heartbeats.RunningAttempt;
import dev.gala.river.driver.Heartbeats.Silent;
import dev.gala.river.driver.JobGetAvailableParams;
import dev.gala.river.driver.JobSetStateParams;
import dev.gala.river.driver.NotificationTopic;
import dev.gala.river.job.AttemptError;
import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Heartbeats, and what becomes of the jobs of a client that has none any more. */
public abstract class HeartbeatConformance extends DriverConformance {
  private static final Duration TTL = Duration.ofMinutes(1);
  private static final Duration LONG = Duration.ofHours(1);

  private @Nullable Heartbeats opened;

  /** For subclasses. */
  protected HeartbeatConformance() {}

  @BeforeEach
  final void openHeartbeats() {
    opened = driver().heartbeats(Duration.ofSeconds(10));
  }

  @AfterEach
  final void closeHeartbeats() {
    heartbeats().close();
  }

  private Heartbeats heartbeats() {
    return present(opened);
  }

  private Beat beat(String clientId) {
    return beat(clientId, TTL);
  }

  private Beat beat(String clientId, Duration ttl) {
    return heartbeats().beat(new BeatParams(clientId, ttl));
  }

  private JobRow runningOf(String clientId) {
    return runningOf(clientId, Jobs.job());
  }

  private JobRow runningOf(String clientId, JobInsertParams job) {
    insertOne(job);
    return claimOf(clientId);
  }

  private JobRow claimOf(String clientId) {
    return executor()
        .jobGetAvailable(new JobGetAvailableParams(clientId, null, 1, "default"))
        .getFirst()
        .job();
  }

  private Rescue rescue(String clientId, long beat) {
    return rescue(clientId, beat, LONG);
  }

  private Rescue rescue(String clientId, long beat, Duration keep) {
    return heartbeats()
        .rescue(new RescueParams(List.of(new Dead(clientId, beat, "it died")), 100, keep));
  }

  @Test
  void aClientIsKnownByItsHeartbeat() {
    Beat first = beat("one");
    Beat second = beat("one");
    Beat other = beat("two");

    assertThat(first.beat()).isEqualTo(1);
    assertThat(second.beat()).isEqualTo(2);
    assertThat(other.beat()).isEqualTo(1);
    assertThat(second.now()).isAfter(first.now());
    assertThat(List.of(first, second, other))
        .allMatch(beat -> beat.silent().isEmpty() && beat.sweeps() == 0);
    heartbeats().leave("one");
    assertThat(beat("one").beat()).isEqualTo(1);
  }

  @Test
  void theConnectionIsMadeAnewWhenItWasClosed() {
    beat("one");
    heartbeats().close();
    heartbeats().close();

    assertThat(beat("one").beat()).isEqualTo(2);
  }

  @Test
  void whoIsSilentForItsOwnTimeAndTheAskersIsTold() {
    beat("dead");
    beat("dead");
    database().age("dead", TTL);

    Beat beat = beat("one");

    Silent silent = beat.silent().getFirst();
    assertThat(beat.silent()).hasSize(1);
    assertThat(silent.clientId()).isEqualTo("dead");
    assertThat(silent.beat()).isEqualTo(2);
    assertThat(silent.beatAt().plus(TTL)).isBeforeOrEqualTo(beat.now());
    assertThat(silent.ttl()).isEqualTo(TTL);
    assertThat(beat("slow", TTL.multipliedBy(2)).silent()).isEmpty();
    beat("dead", TTL.multipliedBy(2));
    database().age("dead", TTL);
    assertThat(beat("one").silent()).isEmpty();
  }

  @Test
  void aTimeStillToComeHidesNothingForLong() {
    beat("dead");
    database().age("dead", LONG.negated());

    beat("one");
    database().age("dead", TTL);

    assertThat(beat("one").silent()).extracting(Silent::clientId).containsExactly("dead");
  }

  @Test
  void theJobsOfADeadClientArePutBack() throws Exception {
    beat("dead");
    JobRow lost = runningOf("dead");
    JobRow kept = runningOf("alive");

    List<String> told =
        told(
            NotificationTopic.INSERT,
            () -> {
              Rescue rescue = rescue("dead", 1);
              assertThat(rescue.turn()).isTrue();
              assertThat(rescue.more()).isFalse();
              assertThat(rescue.forgotten()).isEmpty();
              assertThat(rescue.jobs())
                  .containsExactly(
                      new RescuedJob(lost.id(), JobState.AVAILABLE, "default", "dead"));
            });

    JobRow now = row(lost.id());
    assertThat(now.state()).isEqualTo(JobState.AVAILABLE);
    assertThat(now.attempt()).isEqualTo(1);
    assertThat(now.scheduledAt()).isEqualTo(lost.scheduledAt());
    assertThat(now.finalizedAt()).isNull();
    assertThat(now.metadata().replace(" ", "")).isEqualTo("{\"river:rescue_count\":1}");
    AttemptError error = now.errors().getFirst();
    assertThat(now.errors()).hasSize(1);
    assertThat(error.error()).isEqualTo("it died");
    assertThat(error.attempt()).isEqualTo(1);
    assertThat(error.trace()).isEmpty();
    assertThat(error.at()).isAfterOrEqualTo(present(lost.attemptedAt()));
    assertThat(row(kept.id())).isEqualTo(kept);
    assertThat(told).containsExactly("{\"queue\":\"default\"}");
    assertThat(beat("dead").sweeps()).isEqualTo(1);
  }

  @Test
  void whoClaimedItLastHasIt() {
    beat("dead");
    JobRow first = runningOf("dead");
    rescue("dead", 1);
    JobRow again = claimOf("alive");

    assertThat(rescue("dead", 1).jobs()).isEmpty();

    assertThat(again.id()).isEqualTo(first.id());
    assertThat(row(again.id())).isEqualTo(again);
  }

  @Test
  void aDeadClientThatComesBackWritesNothing() {
    beat("dead");
    JobRow lost = runningOf("dead");
    rescue("dead", 1);

    var outcome =
        new JobSetStateParams(
            lost.attemptId(), JobState.RETRYABLE, null, null, null, "{\"a\": 1}", FUTURE);
    assertThat(executor().jobSetStateIfRunning(List.of(outcome), false)).isEmpty();
    assertThat(executor().jobComplete(List.of(lost.attemptId()), PAST)).isEmpty();
    assertThat(executor().jobMergeMetadataIfRunning(lost.attemptId(), "{}")).isFalse();
    assertThat(row(lost.id()).state()).isEqualTo(JobState.AVAILABLE);
  }

  @Test
  void whoBeatsAgainLives() {
    beat("alive");
    JobRow running = runningOf("alive");
    beat("alive");

    Rescue rescue = rescue("alive", 1, Duration.ZERO);

    assertThat(rescue).isEqualTo(new Rescue(true, List.of(), false, List.of()));
    assertThat(row(running.id())).isEqualTo(running);
    assertThat(beat("alive")).extracting(Beat::beat, Beat::sweeps).containsExactly(3L, 0L);
    assertThat(rescue("never seen", 1).jobs()).isEmpty();
  }

  @Test
  void aJobThatKeepsKillingItsWorkersWaitsLongerAndIsDiscardedInTheEnd() {
    beat("dead");
    long id = insertOne(Jobs.withAttempts(4));

    for (int times = 1; times <= 3; times++) {
      executor().jobRetry(id);
      claimOf("dead");
      Instant before = beat("one").now();
      rescue("dead", 1);
      JobRow row = row(id);
      assertThat(row.state()).isEqualTo(times < 3 ? JobState.AVAILABLE : JobState.RETRYABLE);
      long delay = Duration.between(before, row.scheduledAt()).toMillis();
      switch (times) {
        case 1 -> assertThat(delay).isLessThanOrEqualTo(0);
        case 2 -> assertThat(delay).isBetween(900L, 20_000L);
        default -> assertThat(delay).isBetween(14_400L, 60_000L);
      }
    }
    executor().jobRetry(id);
    claimOf("dead");
    assertThat(rescue("dead", 1).jobs())
        .containsExactly(new RescuedJob(id, JobState.DISCARDED, "default", "dead"));

    JobRow row = row(id);
    assertThat(row.finalizedAt()).isNotNull();
    assertThat(row.errors()).hasSize(4);
    assertThat(row.errors().getLast().error())
        .isEqualTo(
            "it died; discarded, for this was the last of 4 attempt(s), and 4 ended with the death"
                + " of the worker");
  }

  @Test
  void aJobWhoseCancellationWasAskedForIsCancelled() throws Exception {
    beat("dead");
    JobRow lost = runningOf("dead");
    executor().jobCancel(lost.id(), Instant.now());

    assertThat(told(NotificationTopic.INSERT, () -> rescue("dead", 1))).isEmpty();

    JobRow row = row(lost.id());
    assertThat(row.state()).isEqualTo(JobState.CANCELLED);
    assertThat(row.finalizedAt()).isNotNull();
    assertThat(row.errors().getFirst().error()).isEqualTo("it died; cancelled, as was asked for");
  }

  @Test
  void whatIsLockedIsPassedOverAndItsClientKept() throws Exception {
    beat("dead");
    JobRow lost = runningOf("dead");
    database().age("dead", LONG);

    whileLocked(
        lost.id(),
        () -> {
          Rescue rescue = rescue("dead", 1, Duration.ZERO);
          assertThat(rescue.jobs()).isEmpty();
          assertThat(rescue.forgotten()).isEmpty();
        });

    assertThat(rescue("dead", 1, Duration.ZERO).jobs()).hasSize(1);
    assertThat(rescue("dead", 1, Duration.ofHours(2)).forgotten()).isEmpty();
    assertThat(rescue("dead", 1, Duration.ZERO).forgotten()).containsExactly("dead");
    assertThat(beat("dead").beat()).isEqualTo(1);
  }

  @Test
  void whoseJobsWerePutBackIsNotToldAgainAtOnce() {
    beat("dead");
    database().age("dead", TTL);
    rescue("dead", 1);

    assertThat(beat("one").silent()).isEmpty();
    database().age("dead", TTL);
    assertThat(beat("one").silent()).hasSize(1);
  }

  @Test
  void manyArePutBackInPortions() {
    beat("dead");
    database().age("dead", TTL);
    insert(IntStream.range(0, 5).mapToObj(n -> Jobs.job()).toList());
    executor().jobGetAvailable(new JobGetAvailableParams("dead", null, 5, "default"));
    var params = new RescueParams(List.of(new Dead("dead", 1, "it died")), 3, LONG);

    Rescue first = heartbeats().rescue(params);
    assertThat(first.jobs()).hasSize(3);
    assertThat(first.more()).isTrue();
    assertThat(beat("one").silent()).hasSize(1);

    Rescue second = heartbeats().rescue(params);
    assertThat(second.jobs()).hasSize(2);
    assertThat(second.more()).isFalse();
    assertThat(beat("one").silent()).isEmpty();
    assertThat(Lists.all(executor())).extracting(JobRow::state).containsOnly(JobState.AVAILABLE);
  }

  @Test
  void aClientIsToldWhatRunsInItsName() {
    JobRow own = runningOf("me");
    JobRow cancelled = runningOf("me");
    runningOf("other");
    executor().jobCancel(cancelled.id(), Instant.now());
    JobRow done = runningOf("me");
    executor().jobComplete(List.of(done.attemptId()), PAST);

    assertThat(heartbeats().running("me", List.of("default", "no"), 10))
        .containsExactlyInAnyOrder(
            new RunningAttempt(own.attemptId(), "default", false),
            new RunningAttempt(cancelled.attemptId(), "default", true));
    assertThat(heartbeats().running("me", List.of("no"), 10)).isEmpty();
    assertThat(heartbeats().running("me", List.of(), 10)).isEmpty();
    assertThat(heartbeats().running("me", List.of("default"), 1)).hasSize(1);
  }
}
