package dev.gala.internal.dispatch;

import dev.gala.event.ListenerException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * From the results of a round to the verdict: pure. An interruption goes before all; then a failure
 * while attempts are left goes first, then whatever still waits, then failures for good, then
 * cancellations.
 */
final class VerdictRules {
  private static final Verdict PLAINLY_DONE = new Verdict.Done(Map.of());

  private VerdictRules() {}

  static Verdict of(Round round) {
    return isPlainSuccess(round) ? PLAINLY_DONE : ofAny(round);
  }

  /** Nearly every round: all succeeded at once, and nothing is to be written of it. */
  private static boolean isPlainSuccess(Round round) {
    if (round.deferral() != null
        || round.missing() != null
        || round.mode().recordsAlways()
        || !round.before().equals(Marks.none())) {
      return false;
    }
    for (Result result : round.results()) {
      if (!(result instanceof Result.Succeeded)) {
        return false;
      }
    }
    return true;
  }

  private static Verdict ofAny(Round round) {
    if (!round.results(Result.PutBack.class).isEmpty()
        || !round.results(Result.ClaimLost.class).isEmpty()) {
      return interrupted(round);
    }
    List<ListenerException> failures =
        round.results(Result.Failed.class).stream().map(Result.Failed::failure).toList();
    if (!failures.isEmpty() && !round.isLast()) {
      MarkPatch patch = finishedWithFailures(round);
      tried(round, patch);
      waited(round, patch);
      return new Verdict.Retry(DeliveryException.of(failures), patch.toMap());
    }
    if (waits(round)) {
      return snooze(round);
    }
    List<String> exhausted = round.before(Mark.State.EXHAUSTED);
    if (!failures.isEmpty() || !exhausted.isEmpty()) {
      MarkPatch patch = finishedWithFailures(round);
      Set<String> leftOut = round.before().leftOut();
      exhausted.stream().filter(name -> !leftOut.contains(name)).forEach(patch::forgotten);
      ended(round, Mark.State.EXHAUSTED, patch);
      return new Verdict.Fail(
          DeliveryException.of(
              Stream.concat(failures.stream(), exhausted.stream().map(n -> earlier(round, n)))
                  .toList()),
          patch.toMap());
    }
    List<String> reasons = cancellations(round);
    return reasons.isEmpty() ? done(round) : cancel(round, String.join("\n", reasons));
  }

  private static Verdict done(Round round) {
    MarkPatch patch = round.mode().recordsAlways() ? finishedNow(round) : new MarkPatch();
    ended(round, Mark.State.SUCCEEDED, patch);
    return new Verdict.Done(patch.toMap());
  }

  /** Whoever looks at the job later must see who did not give the event up. */
  private static Verdict cancel(Round round, String reason) {
    MarkPatch patch = round.mode().recordsAlways() ? finishedNow(round) : succeededNow(round);
    ended(round, Mark.State.CANCELLED, patch);
    return new Verdict.Cancel(reason, patch.toMap());
  }

  /**
   * What is written when the job ends: who was waited for in vain, and of those whom a redrive left
   * out what the job's end does not say any more.
   *
   * @param told how a listener without a mark counts, by the job's end
   */
  private static void ended(Round round, Mark.State told, MarkPatch patch) {
    missing(round, patch);
    if (round.before().waitingSince() != null) {
      patch.waitingNoMore(); // A retry by hand waits anew.
    }
    Redriven redriven = round.before().redriven();
    if (redriven == null || redriven.rest() == null) {
      return;
    }
    Mark rest = redriven.rest();
    if (rest.state() != told) {
      round.before().leftOut().stream()
          .filter(name -> !round.before().isMissing(name))
          .forEach(name -> patch.finished(name, rest));
    }
    patch.redriven(Redriven.all(redriven.at()));
  }

  /**
   * Since when listeners are waited for: from the first time the job is put back for them. Where
   * all are here, whoever is missing later is waited for anew.
   */
  private static void waited(Round round, MarkPatch patch) {
    boolean waiting = round.before().waitingSince() != null;
    if (round.missing() == null && waiting) {
      patch.waitingNoMore();
    } else if (round.missing() != null && round.deferral() != null && !waiting) {
      patch.waitingSince(round.now());
    }
  }

  /** Those who were missing before still are, if a redrive left them out. */
  private static void missing(Round round, MarkPatch patch) {
    List<String> before = round.before().missing();
    if (round.missing() == null && before == null) {
      return;
    }
    Set<String> missing = new TreeSet<>(round.before().leftOut());
    missing.retainAll(before == null ? List.of() : before);
    missing.addAll(round.missing() == null ? List.of() : round.missing());
    if (round.missing() == null && missing.isEmpty()) {
      patch.nobodyMissing();
    } else {
      patch.missing(missing);
    }
  }

  /** The verdict on a round in which no listener could be reached. */
  static Verdict failed(int attempt, int maxAttempts, RuntimeException failure) {
    return attempt < maxAttempts
        ? new Verdict.Retry(DeliveryException.plain(failure), new MarkPatch().toMap())
        : new Verdict.Fail(DeliveryException.plain(failure), new MarkPatch().toMap());
  }

  private static boolean waits(Round round) {
    return round.deferral() != null || !round.results(Result.Snoozed.class).isEmpty();
  }

  /** A round cut short counts for nothing but what was finished in it; a failure happens again. */
  private static Verdict interrupted(Round round) {
    MarkPatch patch = finishedNow(round);
    tried(round, patch);
    waited(round, patch);
    return new Verdict.Interrupted(patch.toMap());
  }

  private static Verdict snooze(Round round) {
    MarkPatch patch = finishedNow(round);
    for (Result.Failed failed : round.results(Result.Failed.class)) {
      if (failed.unknown()) {
        continue; // What it may have committed says how it ended.
      }
      patch.finished(
          failed.listener(),
          new Mark(Mark.State.EXHAUSTED, round.attempt(), failed.at(), failed.duration()));
    }
    tried(round, patch);
    if (round.deferral() != null) {
      patch.deferred(round.before().deferred() + 1);
    }
    waited(round, patch);
    return new Verdict.Snooze(earliest(round), patch.toMap());
  }

  private static Duration earliest(Round round) {
    Duration earliest = round.deferral();
    for (Result.Snoozed snoozed : round.results(Result.Snoozed.class)) {
      Duration delay = Duration.between(round.now(), snoozed.until());
      earliest = earliest == null || delay.compareTo(earliest) < 0 ? delay : earliest;
    }
    Objects.requireNonNull(earliest, "something waits");
    return earliest.isNegative() ? Duration.ZERO : earliest;
  }

  /**
   * What the marks of a listener's own are, recorded with its transaction.
   *
   * @param result a final one
   */
  static Map<String, String> ownMark(Result result, int attempt) {
    MarkPatch patch = new MarkPatch();
    finished(result, attempt, patch);
    return patch.toMap();
  }

  /** Where a failure makes all run again, none is finished by this round. */
  private static MarkPatch finishedWithFailures(Round round) {
    return round.mode().sequential() ? new MarkPatch() : finishedNow(round);
  }

  private static MarkPatch finishedNow(Round round) {
    MarkPatch patch = new MarkPatch();
    round.results().forEach(result -> finished(result, round.attempt(), patch));
    return patch;
  }

  private static MarkPatch succeededNow(Round round) {
    MarkPatch patch = new MarkPatch();
    round.results().stream()
        .filter(result -> !(result instanceof Result.Cancelled))
        .forEach(result -> finished(result, round.attempt(), patch));
    return patch;
  }

  private static void finished(Result result, int attempt, MarkPatch patch) {
    switch (result) {
      case Result.Succeeded r -> {
        if (!r.recorded()) {
          patch.finished(
              r.listener(), new Mark(Mark.State.SUCCEEDED, attempt, r.at(), r.duration()));
        }
      }
      case Result.Gated r ->
          patch.finished(
              r.listener(), new Mark(Mark.State.SUCCEEDED, attempt, r.at(), Duration.ZERO));
      case Result.Cancelled r -> {
        if (!r.recorded()) {
          patch.finished(
              r.listener(), new Mark(Mark.State.CANCELLED, attempt, r.at(), r.duration()));
        }
      }
      case Result.Snoozed r -> {}
      case Result.Failed r -> {}
      case Result.PutBack r -> {}
      case Result.ClaimLost r -> {}
    }
  }

  /**
   * Remembers who ran without finishing, so that the others come first next time. Needless where
   * all who are left have run, and where nothing changed.
   */
  private static void tried(Round round, MarkPatch patch) {
    if (round.mode().sequential()) {
      return; // The first comes first.
    }
    Set<String> tried = new HashSet<>(round.before().tried());
    for (Result result : round.results()) {
      switch (result) {
        case Result.Failed r -> tried.add(r.listener());
        case Result.Snoozed r -> tried.add(r.listener());
        case Result.Succeeded r -> tried.remove(r.listener());
        case Result.Gated r -> tried.remove(r.listener());
        case Result.ClaimLost r -> {}
        case Result.Cancelled r -> tried.remove(r.listener());
        case Result.PutBack r -> {
          if (r.begun()) {
            tried.add(r.listener());
          }
        }
      }
    }
    boolean allRan = round.results(Result.PutBack.class).isEmpty() && round.deferral() == null;
    boolean ordered = allRan && round.before().tried().isEmpty();
    if (!ordered && !tried.equals(round.before().tried())) {
      patch.tried(tried);
    }
  }

  private static List<String> cancellations(Round round) {
    List<String> reasons = new ArrayList<>();
    for (String name : round.before(Mark.State.CANCELLED)) {
      Mark mark = Objects.requireNonNull(round.before().of(name));
      reasons.add(cancelled(name, "in attempt " + mark.attempt()));
    }
    for (Result.Cancelled result : round.results(Result.Cancelled.class)) {
      reasons.add(cancelled(result.listener(), result.reason()));
    }
    return reasons;
  }

  private static String cancelled(String listener, String reason) {
    return "gala: listener \"" + listener + "\" cancelled: " + reason;
  }

  private static ListenerException earlier(Round round, String listener) {
    Mark mark = Objects.requireNonNull(round.before().of(listener));
    return new ListenerException(
        listener,
        new IllegalStateException(
            "its attempts were exhausted in attempt " + mark.attempt() + " at " + mark.at()),
        false);
  }
}
