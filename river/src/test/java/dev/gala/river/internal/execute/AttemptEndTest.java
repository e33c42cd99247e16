package dev.gala.river.internal.execute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.driver.JobSetStateParams;
import dev.gala.river.fake.Leftovers;
import dev.gala.river.fake.Logs;
import dev.gala.river.fake.Rows;
import dev.gala.river.internal.complete.Completion;
import dev.gala.river.internal.complete.Completion.Deletion.Row;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.worker.ErrorHandler;
import dev.gala.river.worker.JobCancelException;
import dev.gala.river.worker.JobSnoozeException;
import dev.gala.river.worker.Outcome;
import dev.gala.river.worker.PlainFailure;
import dev.gala.river.worker.RetryPolicy;
import dev.gala.river.worker.WorkContext;
import dev.gala.river.worker.Worker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(Leftovers.class)
final class AttemptEndTest {
  private static final Instant NOW = Instant.parse("2026-05-06T07:08:09.123456Z");

  private final AttemptEnd ends = ends((job, now) -> now.plusSeconds(60));

  private static AttemptEnd ends(RetryPolicy policy) {
    return new AttemptEnd(policy, InstantSource.fixed(NOW), null, () -> false);
  }

  private static JobRow job(int attempt, int maxAttempts) {
    return Rows.running(7, "k", attempt, maxAttempts, attempt - 1, "{}");
  }

  private static JobSetStateParams params(Completion completion) {
    return ((Completion.Full) completion).params();
  }

  @Test
  void doneWithNothingStagedIsAPlainSuccess() {
    JobRow job = job(2, 25);
    assertThat(ends.of(Attempts.of(job), Outcome.done()))
        .isEqualTo(new Completion.Success(job.attemptId()));
  }

  @Test
  void doneWithMetadataIsWrittenInFull() {
    JobRow job = job(2, 25);
    var attempt = Attempts.of(job);
    attempt.metadata().put("k", "1");
    assertThat(params(ends.of(attempt, Outcome.done())))
        .isEqualTo(
            new JobSetStateParams(
                job.attemptId(), JobState.COMPLETED, null, null, NOW, "{\"k\":1}", null));
  }

  @Test
  void doneInAJobThatIsToBeDeletedIsADeletion() {
    JobRow job = job(2, 25);
    var attempt = Attempts.of(job);
    attempt.metadata().put("k", "1");
    attempt.deleteWhenCompleted(true);
    assertThat(ends.of(attempt, Outcome.done()))
        .isEqualTo(new Completion.Deletion(job.attemptId(), "{\"k\":1}", Row.THERE, null));
    attempt.completedByWorker(true);
    assertThat(ends.of(attempt, Outcome.done()))
        .isEqualTo(new Completion.Deletion(job.attemptId(), "{\"k\":1}", Row.MAYBE_GONE, null));
  }

  /** Its transaction may have been rolled back, and then its row is to stay. */
  @Test
  void whoWantsTheRowAfterAllHasIt() {
    var attempt = Attempts.of(job(2, 25));
    attempt.deleteWhenCompleted(true);
    attempt.completedByWorker(true);
    attempt.deleteWhenCompleted(false);
    Completion end = ends.of(attempt, Outcome.done());
    assertThat(params(end).state()).isEqualTo(JobState.COMPLETED);
    assertThat(((Completion.Full) end).maybeDeleted()).as("or not").isTrue();
    attempt.completionCommitted();
    assertThat(ends.of(attempt, Outcome.done())).isInstanceOf(Completion.Deletion.class);
  }

  @Test
  void whatDoesNotEndWellIsKept() {
    var attempt = Attempts.of(job(2, 25));
    attempt.deleteWhenCompleted(true);
    assertThat(params(ends.of(attempt, Outcome.cancel("why"))).state())
        .isEqualTo(JobState.CANCELLED);
    assertThat(params(ends.of(attempt, Outcome.snooze(Duration.ofHours(1)))).state())
        .isEqualTo(JobState.SCHEDULED);
    assertThat(params(ends.of(attempt, new IllegalStateException("why"))).state())
        .isEqualTo(JobState.RETRYABLE);
  }

  /** River's own states are among them. */
  @ParameterizedTest
  @EnumSource(JobState.class)
  void aRowWhoseKeyHoldsWhileItIsCompletedIsKept(JobState held) {
    JobRow row = job(2, 25);
    var attempt =
        Attempts.of(
            new JobRow(
                row.id(),
                row.state(),
                row.attempt(),
                row.maxAttempts(),
                row.attemptedAt(),
                row.createdAt(),
                null,
                row.scheduledAt(),
                row.priority(),
                row.args(),
                row.attemptedBy(),
                row.errors(),
                row.kind(),
                row.metadata(),
                row.queue(),
                row.tags(),
                null,
                EnumSet.of(held, JobState.RUNNING)));
    attempt.deleteWhenCompleted(true);
    Completion end = ends.of(attempt, Outcome.done());
    assertThat(end)
        .isInstanceOf(
            held == JobState.COMPLETED ? Completion.Success.class : Completion.Deletion.class);
  }

  @ParameterizedTest
  @CsvSource({
    "0, AVAILABLE",
    "4999, AVAILABLE",
    "5000, AVAILABLE",
    "5001, SCHEDULED",
    "3600000, SCHEDULED"
  })
  @RiverPoint(58)
  void aSnoozeUsesNoAttemptAndIsCounted(long millis, JobState state) {
    JobRow job = Rows.running(7, "k", 3, 3, 0, "{\"snoozes\": 4, \"other\": true}");
    var attempt = Attempts.of(job);
    attempt.metadata().put("mine", "[]");
    assertThat(params(ends.of(attempt, Outcome.snooze(Duration.ofMillis(millis)))))
        .isEqualTo(
            new JobSetStateParams(
                job.attemptId(),
                state,
                2,
                null,
                null,
                "{\"mine\":[],\"snoozes\":5}",
                NOW.plusMillis(millis)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|1",
        "{\"snoozes\": null}|1",
        "{\"snoozes\": \"3\"}|4",
        "{\"snoozes\": 2.5}|3",
        "{\"snoozes\": 1e40}|1",
        "[]|1",
        "{\"snoozes\": 9}|10"
      })
  void snoozesAreCountedOnWhoeverWroteThem(String metadata, int snoozes) {
    var attempt = Attempts.of(Rows.running(7, "k", 1, 25, 0, metadata));
    assertThat(params(ends.of(attempt, Outcome.snooze(Duration.ZERO))).metadata())
        .isEqualTo("{\"snoozes\":" + snoozes + "}");
  }

  @Test
  void unreadableMetadataCountsAsNoSnooze(Logs logs) {
    logs.expect("the metadata of job 7 cannot be read");
    var attempt = Attempts.of(Rows.running(7, "k", 1, 25, 0, "{"));
    assertThat(params(ends.of(attempt, Outcome.snooze(Duration.ZERO))).metadata())
        .isEqualTo("{\"snoozes\":1}");
  }

  @Test
  @RiverPoint(57)
  void aCancellationKeepsItsReason() {
    JobRow job = job(2, 25);
    JobSetStateParams params = params(ends.of(Attempts.of(job), Outcome.cancel("no such user")));
    assertThat(params.state()).isEqualTo(JobState.CANCELLED);
    assertThat(params.attempt()).isNull();
    assertThat(params.finalizedAt()).isEqualTo(NOW);
    assertThat(params.scheduledAt()).isNull();
    assertThat(params.error().error()).isEqualTo("JobCancelError: no such user");
    assertThat(params.error().trace()).isEmpty();
    assertThat(params.error().attempt()).isEqualTo(2);
    assertThat(params.error().at()).isEqualTo(Rows.CLAIMED);
  }

  @ParameterizedTest
  @CsvSource({"0, AVAILABLE", "5000, AVAILABLE", "5001, RETRYABLE", "86400000, RETRYABLE"})
  @RiverPoint(55)
  void aFailureIsRetriedWhenThePolicySays(long millis, JobState state) {
    JobRow job = job(24, 25);
    var attempt = Attempts.of(job);
    attempt.metadata().put("seen", "true");
    JobSetStateParams params =
        params(
            ends((row, now) -> now.plusMillis(millis))
                .of(attempt, new IllegalStateException("broken")));
    assertThat(params.state()).isEqualTo(state);
    assertThat(params.scheduledAt()).isEqualTo(NOW.plusMillis(millis));
    assertThat(params.finalizedAt()).isNull();
    assertThat(params.attempt()).isNull();
    assertThat(params.metadata()).isEqualTo("{\"seen\":true}");
    assertThat(params.error().error()).isEqualTo("broken");
    assertThat(params.error().at()).isEqualTo(Rows.CLAIMED);
    assertThat(params.error().attempt()).isEqualTo(24);
    assertThat(params.error().trace())
        .startsWith("java.lang.IllegalStateException: broken")
        .contains("AttemptEndTest");
  }

  @ParameterizedTest
  @CsvSource({"25, 25", "26, 25", "1, 1"})
  @RiverPoint(56)
  void theLastFailureDiscards(int attempt, int maxAttempts) {
    JobSetStateParams params =
        params(ends.of(Attempts.of(job(attempt, maxAttempts)), new Exception("broken")));
    assertThat(params.state()).isEqualTo(JobState.DISCARDED);
    assertThat(params.finalizedAt()).isEqualTo(NOW);
    assertThat(params.scheduledAt()).isNull();
    assertThat(params.error().error()).isEqualTo("broken");
  }

  @Test
  void aFailureWithoutAMessageIsNamed() {
    assertThat(params(ends.of(Attempts.of(job(1, 25)), new StackOverflowError())).error().error())
        .isEqualTo("java.lang.StackOverflowError");
    assertThat(params(ends.of(Attempts.of(job(1, 25)), new Exception(" "))).error().error())
        .isEqualTo("java.lang.Exception:  ");
  }

  @Test
  void aLongTraceIsCut() {
    String trace =
        params(ends.of(Attempts.of(job(1, 25)), new Exception("x".repeat(100_000))))
            .error()
            .trace();
    assertThat(trace).hasSize(64 * 1024);
  }

  @Test
  void aPolicyThatFailsIsReplacedByTheDefault(Logs logs) {
    logs.expect("the retry policy failed for job 7");
    RetryPolicy throwing =
        (job, now) -> {
          throw new IllegalStateException("no policy");
        };
    RetryPolicy broken =
        (job, now) -> {
          throw new NoClassDefFoundError("no/Policy");
        };
    assertRetriedByTheDefault(throwing);
    assertRetriedByTheDefault(broken);
    assertRetriedByTheDefault((job, now) -> null);
    assertThat(logs.count("the retry policy failed for job 7")).isEqualTo(3);
  }

  @Test
  @RiverPoint(55)
  void aWorkersTimePastIsReplacedByTheDefault(Logs logs) {
    logs.expect("a time past");
    var attempt = Attempts.of(job(3, 25));
    attempt.worker(
        new Worker<String>() {
          @Override
          public Outcome work(WorkContext<String> context) {
            return Outcome.done();
          }

          @Override
          public Instant nextRetry(JobRow job, Throwable failure) {
            return NOW.minusNanos(1);
          }
        });
    JobSetStateParams params = params(ends.of(attempt, new Exception("broken")));
    assertThat(params.scheduledAt()).isBetween(NOW.plusMillis(72_900), NOW.plusMillis(89_100));
  }

  @Test
  void aSnoozeThrownTooFarAwayFailsTheAttempt() {
    var thrown = new JobSnoozeException(Duration.ofSeconds(Long.MAX_VALUE));
    JobSetStateParams params = params(ends.of(Attempts.of(job(1, 25)), thrown));
    assertThat(params.state()).isEqualTo(JobState.RETRYABLE);
    assertThat(params.error().error()).contains("beyond the calendar");
  }

  private static final class Judged extends RuntimeException implements PlainFailure {
    private static final long serialVersionUID = 1;

    Judged(Throwable cause) {
      super("judged", cause);
    }
  }

  @Test
  void whatIsBeneathAPlainFailureSignalsNothing() {
    var judged = new Judged(new JobSnoozeException(Duration.ofHours(1)));
    assertThat(Signals.in(judged)).isNull();
    assertThat(Signals.in(new JobCancelException("above it", judged)))
        .isEqualTo(Outcome.cancel("above it"));
    JobSetStateParams params = params(ends.of(Attempts.of(job(1, 25)), judged));
    assertThat(params.state()).isEqualTo(JobState.RETRYABLE);
    assertThat(params.attempt()).as("the attempt is used").isNull();
  }

  @Test
  void causesInARingAreSearchedOnce() {
    var inner = new IllegalStateException("inner");
    var outer = new IllegalStateException("outer", inner);
    inner.initCause(outer);
    assertThat(Signals.in(outer)).isNull();
  }

  @Test
  @RiverPoint(57)
  void theErrorHandlerIsNotAskedAboutOutcomesAndStops() {
    var asked = new AtomicInteger();
    var rules =
        new AttemptEnd(
            (job, now) -> now,
            InstantSource.fixed(NOW),
            (job, failure) -> {
              asked.incrementAndGet();
              return ErrorHandler.Decision.CANCEL;
            },
            () -> false);
    rules.of(Attempts.of(job(1, 25)), Outcome.cancel("no"));
    rules.of(Attempts.of(job(1, 25)), Outcome.snooze(Duration.ZERO));
    rules.of(Attempts.of(job(1, 25)), new Exception(new JobCancelException("no")));
    rules.of(Attempts.of(job(1, 25)), new Exception(new JobSnoozeException(Duration.ZERO)));
    var stopped = Attempts.of(job(1, 25));
    stopped.interrupt(Attempt.Interruption.STOP);
    rules.of(stopped, new InterruptedException());
    assertThat(asked).hasValue(0);
    // The last attempt is asked about too.
    JobSetStateParams params = params(rules.of(Attempts.of(job(25, 25)), new Exception("x")));
    assertThat(params.state()).isEqualTo(JobState.CANCELLED);
    assertThat(params.error().error()).isEqualTo("x");
    assertThat(asked).hasValue(1);
  }

  @Test
  void aPolicyThatGivesATimePastIsReplacedByTheDefault(Logs logs) {
    logs.expect("a time past");
    assertRetriedByTheDefault((job, now) -> now.minusNanos(1));
    assertRetriedByTheDefault((job, now) -> Instant.MIN);
    assertThat(logs.count("a time past")).isEqualTo(2);
  }

  private static void assertRetriedByTheDefault(RetryPolicy policy) {
    // The third error: 81 s, give or take a tenth.
    JobSetStateParams params =
        params(ends(policy).of(Attempts.of(job(3, 25)), new Exception("broken")));
    assertThat(params.state()).isEqualTo(JobState.RETRYABLE);
    assertThat(params.scheduledAt()).isBetween(NOW.plusMillis(72_900), NOW.plusMillis(89_100));
  }

  @Test
  @RiverPoint(72)
  void anAttemptInterruptedByAStopGoesBackUnused() {
    JobRow job = job(25, 25);
    var attempt = Attempts.of(job);
    attempt.metadata().put("half", "true");
    attempt.interrupt(Attempt.Interruption.STOP);
    attempt.interrupt(Attempt.Interruption.TIMEOUT); // the first reason counts
    assertThat(params(ends.of(attempt, new InterruptedException())))
        .isEqualTo(
            new JobSetStateParams(
                job.attemptId(), JobState.AVAILABLE, 24, null, null, "{\"half\":true}", NOW));
  }

  @Test
  @RiverPoint(72)
  void aFailureThatAStopDidNotCauseIsAFailure() {
    var attempt = Attempts.of(job(2, 25));
    attempt.interrupt(Attempt.Interruption.STOP);
    Thread.currentThread().interrupt();
    var askedWhile = new AtomicBoolean();
    AttemptEnd asking =
        new AttemptEnd(
            (job, now) -> now.plusSeconds(60),
            InstantSource.fixed(NOW),
            (job, failure) -> {
              askedWhile.set(Thread.currentThread().isInterrupted());
              return ErrorHandler.Decision.RETRY;
            },
            () -> false);
    JobSetStateParams params = params(asking.of(attempt, new NullPointerException("broken")));
    assertThat(Thread.interrupted()).isFalse();
    assertThat(params.state()).isEqualTo(JobState.RETRYABLE);
    assertThat(params.error().error()).isEqualTo("broken");
    assertThat(params.attempt()).isNull();
    // Whoever is asked may do blocking work.
    assertThat(askedWhile).isFalse();
  }

  @Test
  @RiverPoint(74)
  void aCancellationCountsThoughTheTimeWasOverOrAStopCameBefore() {
    for (Attempt.Interruption before : Attempt.Interruption.values()) {
      var attempt = Attempts.of(job(1, 25));
      attempt.interrupt(before);
      attempt.interrupt(Attempt.Interruption.CANCEL);
      attempt.interrupt(Attempt.Interruption.STOP);
      JobSetStateParams params = params(ends.of(attempt, new InterruptedException()));
      assertThat(params.state()).isEqualTo(JobState.CANCELLED);
      assertThat(params.error().error()).isEqualTo("JobCancelError: job cancelled remotely");
    }
  }

  @Test
  void whatCannotBeginGoesBackForAWhileUnused() {
    JobRow job = job(25, 25);
    assertThat(params(ends.notBegun(Attempts.of(job))))
        .isEqualTo(
            new JobSetStateParams(
                job.attemptId(), JobState.SCHEDULED, 24, null, null, null, NOW.plusSeconds(10)));
  }

  @Test
  void anAttemptInterruptedByItsTimeoutFails() {
    var attempt = Attempts.of(job(1, 25));
    attempt.interrupt(Attempt.Interruption.TIMEOUT);
    attempt.interrupt(Attempt.Interruption.STOP);
    JobSetStateParams params = params(ends.of(attempt, new InterruptedException("sleep")));
    assertThat(params.state()).isEqualTo(JobState.RETRYABLE);
    assertThat(params.error().error()).isEqualTo("timed out: sleep");
  }

  @Test
  void whatAWorkerAchievedDespiteItsInterruptionCounts() {
    for (Attempt.Interruption reason : Attempt.Interruption.values()) {
      var attempt = Attempts.of(job(1, 25));
      attempt.interrupt(reason);
      assertThat(ends.of(attempt, Outcome.done())).isInstanceOf(Completion.Success.class);
    }
  }

  @Test
  void anExceptionThatCannotEvenSpeakFailsTheAttempt() {
    class Mute extends RuntimeException {
      @Override
      public String getMessage() {
        throw new IllegalStateException("no message either");
      }
    }
    JobSetStateParams params = params(ends.of(Attempts.of(job(1, 25)), new Mute()));
    assertThat(params.state()).isEqualTo(JobState.RETRYABLE);
    assertThat(params.error().error()).contains("Mute");
  }
}
