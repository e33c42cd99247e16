package dev.gala.river.internal.execute;

import dev.gala.river.driver.JobSetStateParams;
import dev.gala.river.internal.complete.Completion;
import dev.gala.river.internal.complete.Report;
import dev.gala.river.job.AttemptError;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.RiverEvent;
import dev.gala.river.json.JsonObjects;
import dev.gala.river.worker.ErrorHandler;
import dev.gala.river.worker.Outcome;
import dev.gala.river.worker.RetryPolicy;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** River's rules of how an attempt ends (protocol: "Outcomes", "Retry policy"). */
final class AttemptEnd {
  private static final Logger LOG = LoggerFactory.getLogger(AttemptEnd.class);

  /** Jobs due sooner go straight back to available: the scheduler comes every 5 s. */
  private static final Duration SOON = Duration.ofSeconds(5);

  /** As far ahead as River's own policy goes; the database's calendar ends not much later. */
  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

  /** River's text. */
  private static final String CANCELLED_REMOTELY = "job cancelled remotely";

  private static final Duration PAUSE_OF_THE_NOT_BEGUN = Duration.ofSeconds(10);

  private static final int LONGEST_TEXT = 64 * 1024;

  private final RetryTimes retryTimes;
  private final InstantSource clock;

  private final @Nullable ErrorHandler errorHandler;
  private final BooleanSupplier watched;

  /**
   * The rules.
   *
   * @param errorHandler is asked about failures; null if nobody is
   * @param watched whether anybody wants to be told of ends
   */
  AttemptEnd(
      RetryPolicy retryPolicy,
      InstantSource clock,
      @Nullable ErrorHandler errorHandler,
      BooleanSupplier watched) {
    this.retryTimes = new RetryTimes(retryPolicy);
    this.clock = clock;
    this.errorHandler = errorHandler;
    this.watched = watched;
  }

  Completion of(Attempt attempt, Outcome outcome) {
    if (attempt.interruption() == Attempt.Interruption.CANCEL
        && !(outcome instanceof Outcome.Done)) {
      return cancelled(attempt, CANCELLED_REMOTELY);
    }
    return switch (outcome) {
      case Outcome.Done done -> done(attempt);
      case Outcome.Snooze(Duration delay) -> snoozed(attempt, delay);
      case Outcome.Cancel(String reason) -> cancelled(attempt, reason);
    };
  }

  /** The end of an attempt whose worker threw; never throws itself. */
  Completion of(Attempt attempt, Throwable thrown) {
    Attempt.Interruption interruption = attempt.interruption();
    // Whatever a worker threw that was told to end, this is why.
    if (interruption == Attempt.Interruption.CANCEL) {
      return cancelled(attempt, CANCELLED_REMOTELY);
    }
    Outcome signalled = Signals.in(thrown);
    if (signalled != null) {
      return signalled(attempt, signalled);
    }
    if (isOfTheClient(interruption) && StopTraces.in(thrown)) {
      return interrupted(attempt);
    }
    String text = text(thrown);
    if (interruption != null) {
      // The interruption was the worker's; whoever is asked next is to do its work.
      Thread.interrupted();
    }
    if (interruption == Attempt.Interruption.TIMEOUT) {
      text = "timed out: " + text;
    }
    AttemptError error = error(attempt.job(), text, trace(thrown));
    return switch (decision(attempt.job(), thrown)) {
      case CANCEL -> cancelled(attempt, error);
      case RETRY -> failed(attempt, error, thrown);
    };
  }

  /** Whether the worker was told to end for no reason of its own. */
  private static boolean isOfTheClient(Attempt.@Nullable Interruption interruption) {
    return interruption == Attempt.Interruption.STOP
        || interruption == Attempt.Interruption.CUT_OFF;
  }

  private Completion signalled(Attempt attempt, Outcome outcome) {
    try {
      return of(attempt, outcome);
    } catch (IllegalArgumentException e) {
      return failed(attempt, error(attempt.job(), text(e), trace(e)), e);
    }
  }

  private ErrorHandler.Decision decision(JobRow job, Throwable thrown) {
    ErrorHandler handler = errorHandler;
    if (handler == null) {
      return ErrorHandler.Decision.RETRY;
    }
    try {
      return Objects.requireNonNull(handler.failed(job, thrown), "the decision");
    } catch (RuntimeException | Error e) {
      LOG.warn("the error handler failed for job {}: the job goes its way", job.id(), e);
      return ErrorHandler.Decision.RETRY;
    }
  }

  private Completion done(Attempt attempt) {
    String metadata = attempt.metadata().toJson();
    if (isDeletion(attempt)) {
      return new Completion.Deletion(
          attempt.job().attemptId(),
          metadata,
          attempt.row(),
          report(attempt, RiverEvent.Kind.JOB_COMPLETED));
    }
    // What the worker completed itself is no longer running: the lean statement would miss it.
    if (metadata == null && !attempt.completedByWorker()) {
      return new Completion.Success(
          attempt.job().attemptId(), report(attempt, RiverEvent.Kind.JOB_COMPLETED));
    }
    return full(
        attempt,
        RiverEvent.Kind.JOB_COMPLETED,
        new JobSetStateParams(
            attempt.job().attemptId(),
            JobState.COMPLETED,
            null,
            null,
            clock.instant(),
            metadata,
            null));
  }

  /** Whoever may have deleted the row, and wants it to stay after all, may have rolled back. */
  private static boolean isDeletion(Attempt attempt) {
    return switch (attempt.row()) {
      case GONE -> true;
      case MAYBE_GONE -> attempt.deletedWhenCompleted();
      case THERE -> attempt.deletedWhenCompleted() && !attempt.completedByWorker();
    };
  }

  private Completion snoozed(Attempt attempt, Duration delay) {
    if (delay.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "a snooze of " + delay + " is beyond the calendar: give at most 292 years");
    }
    JobRow job = attempt.job();
    attempt
        .metadata()
        .put("snoozes", Long.toString(JsonObjects.counterAt(job.metadata(), "snoozes") + 1));
    JobState state = delay.compareTo(SOON) <= 0 ? JobState.AVAILABLE : JobState.SCHEDULED;
    Instant due = clock.instant().plus(delay);
    return full(
        attempt,
        RiverEvent.Kind.JOB_SNOOZED,
        new JobSetStateParams(
            job.attemptId(),
            state,
            job.attempt() - 1,
            null,
            null,
            attempt.metadata().toJson(),
            due));
  }

  private Completion cancelled(Attempt attempt, String reason) {
    return cancelled(attempt, error(attempt.job(), "JobCancelError: " + reason, ""));
  }

  private Completion cancelled(Attempt attempt, AttemptError error) {
    JobRow job = attempt.job();
    String metadata = attempt.metadata().toJson();
    return full(
        attempt,
        RiverEvent.Kind.JOB_CANCELLED,
        new JobSetStateParams(
            job.attemptId(), JobState.CANCELLED, null, error, clock.instant(), metadata, null));
  }

  private Completion interrupted(Attempt attempt) {
    return unused(attempt, JobState.AVAILABLE, clock.instant());
  }

  /** The end of an attempt that could not even begin: the job goes back for a while. */
  Completion notBegun(Attempt attempt) {
    return unused(attempt, JobState.SCHEDULED, clock.instant().plus(PAUSE_OF_THE_NOT_BEGUN));
  }

  private Completion unused(Attempt attempt, JobState state, Instant due) {
    JobRow job = attempt.job();
    int before = Math.max(job.attempt() - 1, 0);
    String metadata = attempt.metadata().toJson();
    return full(
        attempt,
        RiverEvent.Kind.JOB_INTERRUPTED,
        new JobSetStateParams(job.attemptId(), state, before, null, null, metadata, due));
  }

  private Completion failed(Attempt attempt, AttemptError error, Throwable failure) {
    JobRow job = attempt.job();
    String metadata = attempt.metadata().toJson();
    Instant now = clock.instant();
    if (isLast(job)) {
      return full(
          attempt,
          RiverEvent.Kind.JOB_FAILED,
          new JobSetStateParams(
              job.attemptId(), JobState.DISCARDED, null, error, now, metadata, null));
    }
    Instant due = retryTimes.next(job, attempt.worker(), failure, now);
    boolean soon = Duration.between(now, due).compareTo(SOON) <= 0;
    JobState state = soon ? JobState.AVAILABLE : JobState.RETRYABLE;
    return full(
        attempt,
        RiverEvent.Kind.JOB_FAILED,
        new JobSetStateParams(job.attemptId(), state, null, error, null, metadata, due));
  }

  private Completion full(Attempt attempt, RiverEvent.Kind kind, JobSetStateParams params) {
    return new Completion.Full(
        params,
        isLast(attempt.job()),
        report(attempt, kind),
        attempt.row() != Completion.Deletion.Row.THERE);
  }

  private @Nullable Report report(Attempt attempt, RiverEvent.Kind kind) {
    return watched.getAsBoolean() ? attempt.report(kind) : null;
  }

  private static boolean isLast(JobRow job) {
    return job.attempt() >= job.maxAttempts();
  }

  private static AttemptError error(JobRow job, String text, String trace) {
    return new AttemptError(job.attemptId().attemptedAt(), job.attempt(), text, trace);
  }

  private static String text(Throwable thrown) {
    try {
      String message = thrown.getMessage();
      return cut(message == null || message.isBlank() ? thrown.toString() : message);
    } catch (RuntimeException | Error e) {
      // The attempt must end, whatever users' exceptions do when asked for their message.
      return thrown.getClass().getName();
    }
  }

  private static String trace(Throwable thrown) {
    var text = new StringWriter();
    try {
      thrown.printStackTrace(new PrintWriter(text));
    } catch (RuntimeException | Error e) {
      return "";
    }
    String trace = text.toString();
    return cut(trace);
  }

  /** A row is read whole at every claim: what is kept of a failure has a limit. */
  private static String cut(String text) {
    return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT);
  }
}
