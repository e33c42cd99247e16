package dev.gala.river.internal.maintain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.driver.ClaimedJob;
import dev.gala.river.driver.JobRescueParams;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.Logs;
import dev.gala.river.fake.Rows;
import dev.gala.river.fake.TextJob;
import dev.gala.river.internal.execute.WorkerSet;
import dev.gala.river.job.ArgsCodec;
import dev.gala.river.job.AttemptError;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.JobType;
import dev.gala.river.worker.Outcome;
import dev.gala.river.worker.WorkContext;
import dev.gala.river.worker.Worker;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Leftovers.class)
final class RescueRulesTest {
  private static final Instant NOW = Rows.CLAIMED.plus(Duration.ofHours(2));
  private static final Instant BY_POLICY = NOW.plusSeconds(60);
  private static final Instant BY_WORKER = NOW.plusSeconds(7);

  /** A worker with opinions of its own. */
  private record Own(@Nullable Duration limit, boolean throwing, @Nullable Duration rescueAfter)
      implements Worker<String> {
    @Override
    public @Nullable Duration rescueAfter(JobRow job) {
      return rescueAfter;
    }

    @Override
    public Outcome work(WorkContext<String> context) {
      return Outcome.done();
    }

    @Override
    public @Nullable Duration timeout(JobRow job) {
      if (throwing) {
        throw new IllegalStateException("no idea");
      }
      return limit;
    }

    @Override
    public Instant nextRetry(JobRow job, Throwable failure) {
      assertThat(failure).hasMessage("Stuck job rescued by JobRescuer");
      return BY_WORKER;
    }
  }

  private static final JobType<String> UNREADABLE =
      JobType.of(
          "unreadable",
          new ArgsCodec<>() {
            @Override
            public String encode(String args) {
              return args;
            }

            @Override
            public String decode(String json) {
              throw new IllegalArgumentException("not so");
            }
          });

  private static final WorkerSet WORKERS =
      new WorkerSet(
          Map.of(
              "plain",
              new WorkerSet.Entry<>(TextJob.of("plain"), context -> Outcome.done()),
              "unreadable",
              new WorkerSet.Entry<>(UNREADABLE, context -> Outcome.done()),
              "quick",
              new WorkerSet.Entry<>(
                  TextJob.of("quick"), new Own(Duration.ofMinutes(1), false, Duration.ofDays(1))),
              "slow",
              new WorkerSet.Entry<>(
                  TextJob.of("slow"), new Own(Duration.ofHours(3), false, Duration.ofMinutes(1))),
              "endless",
              new WorkerSet.Entry<>(TextJob.of("endless"), new Own(Duration.ZERO, false, null)),
              "patient",
              new WorkerSet.Entry<>(
                  TextJob.of("patient"), new Own(Duration.ZERO, false, Duration.ofHours(2))),
              "forbearing",
              new WorkerSet.Entry<>(
                  TextJob.of("forbearing"),
                  new Own(Duration.ZERO, false, Duration.ofHours(2).plusNanos(1))),
              "odd",
              new WorkerSet.Entry<>(TextJob.of("odd"), new Own(null, true, null))));

  private static @Nullable JobRescueParams rescue(JobRow job, boolean unknownKinds) {
    return rescue(new ClaimedJob(job, null), unknownKinds, Duration.ofMinutes(1));
  }

  private static @Nullable JobRescueParams rescue(
      ClaimedJob stuck, boolean unknownKinds, Duration jobTimeout) {
    return new RescueRules(WORKERS, jobTimeout, (job, now) -> now.plusSeconds(60), unknownKinds)
        .of(stuck, NOW);
  }

  private static JobRescueParams ended(JobRow job, JobState state, @Nullable Instant scheduledAt) {
    return new JobRescueParams(
        job.attemptId(),
        state,
        new AttemptError(NOW, job.attempt(), "Stuck job rescued by JobRescuer", ""),
        scheduledAt);
  }

  @Test
  @RiverPoint(88)
  void aStuckJobIsRetriedByThePolicyOrItsWorker() {
    JobRow plain = Rows.running(1, "plain", 3, 25, 2, "{}");
    assertThat(rescue(plain, false)).isEqualTo(ended(plain, JobState.RETRYABLE, BY_POLICY));
    JobRow quick = Rows.running(1, "quick", 3, 25, 2, "{}");
    assertThat(rescue(quick, false)).isEqualTo(ended(quick, JobState.RETRYABLE, BY_WORKER));
  }

  @ParameterizedTest
  @CsvSource({"24, 25, RETRYABLE", "25, 25, DISCARDED", "26, 25, DISCARDED"})
  @RiverPoint(88)
  void whoseAttemptsAreUsedUpIsDiscarded(int attempt, int maxAttempts, JobState state) {
    JobRow job = Rows.running(1, "plain", attempt, maxAttempts, 0, "{}");
    assertThat(rescue(job, false))
        .isEqualTo(ended(job, state, state == JobState.RETRYABLE ? BY_POLICY : null));
  }

  @ParameterizedTest
  @CsvSource({"plain", "unknown", "endless", "unreadable", "slow", "odd"})
  @RiverPoint(88)
  void whoseCancellationWasAskedForIsCancelledWhateverElse(String kind) {
    String metadata = "{\"cancel_attempted_at\": \"2026-01-02T03:04:05.123456789+02:00\"}";
    JobRow job = Rows.running(1, kind, 25, 25, 0, metadata);
    assertThat(rescue(job, false)).isEqualTo(ended(job, JobState.CANCELLED, null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"cancel_attempted_at\": \"0001-01-01T00:00:00Z\"}",
        "{\"cancel_attempted_at\": null}",
        "{\"cancel_attempted_at\": 5}",
        "{\"other\": {\"cancel_attempted_at\": \"2026-01-02T03:04:05Z\"}}",
        "[]",
        "7",
        "null"
      })
  void metadataOfAnyKindStopNothing(String metadata) {
    JobRow job = Rows.running(1, "plain", 1, 25, 0, metadata);
    assertThat(rescue(job, false)).isEqualTo(ended(job, JobState.RETRYABLE, BY_POLICY));
  }

  @Test
  void aMarkThatIsNoTimeIsAMark() {
    JobRow job = Rows.running(1, "plain", 1, 25, 0, "{\"cancel_attempted_at\": \"yesterday\"}");
    assertThat(rescue(job, false)).isEqualTo(ended(job, JobState.CANCELLED, null));
  }

  @Test
  @RiverPoint(88)
  void unknownKindsAreLeftAloneUnlessAskedFor() {
    JobRow job = Rows.running(1, "unknown", 1, 25, 0, "{}");
    assertThat(rescue(job, false)).isNull();
    assertThat(rescue(job, true)).isEqualTo(ended(job, JobState.RETRYABLE, BY_POLICY));
    JobRow last = Rows.running(1, "unknown", 25, 25, 0, "{}");
    assertThat(rescue(last, true)).isEqualTo(ended(last, JobState.DISCARDED, null));
  }

  @Test
  @RiverPoint(88)
  void whatCannotBeReadIsRetriedByTheClientsPolicy() {
    JobRow job = Rows.running(1, "unreadable", 1, 25, 0, "{}");
    assertThat(rescue(job, false)).isEqualTo(ended(job, JobState.RETRYABLE, BY_POLICY));
    // The worker is not asked about a row of which it would see next to nothing.
    JobRow row = Rows.running(1, "endless", 1, 25, 0, "{}");
    assertThat(rescue(new ClaimedJob(row, "created_at is infinite"), false, Duration.ZERO))
        .isEqualTo(ended(row, JobState.RETRYABLE, BY_POLICY));
  }

  @Test
  @RiverPoint(89)
  void whatHasNoTimeLimitOrTimeLeftIsLeftAlone() {
    assertThat(rescue(Rows.running(1, "endless"), false)).isNull();
    assertThat(rescue(Rows.running(1, "slow"), false)).isNull();
    var plain = new ClaimedJob(Rows.running(1, "plain"), null);
    assertThat(rescue(plain, false, Duration.ZERO)).isNull();
    assertThat(rescue(plain, false, Duration.ofSeconds(-1))).isNull();
    assertThat(rescue(plain, false, Duration.ofHours(2).plusNanos(1))).isNull();
    assertThat(rescue(plain, false, Duration.ofHours(2))).isNotNull();
  }

  @Test
  void aWorkerWithoutATimeLimitMaySayWhenItIsTakenForDead() {
    JobRow patient = Rows.running(1, "patient");
    assertThat(rescue(patient, false)).isEqualTo(ended(patient, JobState.RETRYABLE, BY_WORKER));
    assertThat(rescue(Rows.running(1, "forbearing"), false)).isNull();
  }

  @Test
  void aWorkerThatThrowsWhenAskedHarmsNobodyElse(Logs logs) {
    logs.expect("job 1 is stuck, and what to do is not clear");
    assertThat(rescue(Rows.running(1, "odd"), false)).isNull();
  }
}
