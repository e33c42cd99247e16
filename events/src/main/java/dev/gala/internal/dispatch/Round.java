package dev.gala.internal.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at one event: all that the rules look at.
 *
 * @param attempt its number, from 1
 * @param maxAttempts how many there may be
 * @param now when it ended
 * @param before what earlier rounds left
 * @param results of the listeners whose turn it was, in order
 * @param deferral how long to wait for listeners that are not here; null if none is waited for
 * @param missing the listeners that are not here, empty if there is none anywhere; null if none is
 *     lacking
 * @param mode how listeners stand to each other, and what is recorded of them
 */
record Round(
    int attempt,
    int maxAttempts,
    Instant now,
    Marks before,
    List<Result> results,
    @Nullable Duration deferral,
    @Nullable List<String> missing,
    Mode mode) {

  /**
   * How a round is judged.
   *
   * @param sequential whether a failure makes all listeners run again
   * @param recordsAlways whether outcomes are recorded also where nothing remains to be done
   */
  record Mode(boolean sequential, boolean recordsAlways) {
    /** The usual one. */
    static final Mode USUAL = new Mode(false, false);
  }

  /** A round judged as usual. */
  Round(
      int attempt,
      int maxAttempts,
      Instant now,
      Marks before,
      List<Result> results,
      @Nullable Duration deferral) {
    this(attempt, maxAttempts, now, before, results, deferral, null, Mode.USUAL);
  }

  /** Whether a failure now is the end. */
  boolean isLast() {
    return attempt >= maxAttempts;
  }

  /** How many results are of one kind. */
  int count(Class<? extends Result> kind) {
    int count = 0;
    for (Result result : results) {
      count += kind.isInstance(result) ? 1 : 0;
    }
    return count;
  }

  /** The results of one kind. */
  <R extends Result> List<R> results(Class<R> kind) {
    return results.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** Names of listeners that ended so in an earlier round, sorted. */
  List<String> before(Mark.State state) {
    return before.finished().entrySet().stream()
        .filter(entry -> entry.getValue().state() == state)
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }
}
