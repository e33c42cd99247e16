package dev.gala.stored;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What came of a redrive.
 *
 * @param begun when it began: with that given, the same redrive goes on
 * @param matched how many events were looked at: of each id, or those that ended and pass the
 *     filters
 * @param redriven how many of them are handled again
 * @param refused how many are not, and why
 * @param results of the first {@value #SHOWN} events, in the order they were looked at; by filters
 *     without those that were {@link Refusal#REDRIVEN}
 */
public record RedriveReport(
    Instant begun,
    long matched,
    long redriven,
    Map<Refusal, Long> refused,
    List<RedriveResult> results) {
  /** Of so many events it is told what became of each. */
  public static final int SHOWN = 1_000;

  /** Copies the collections. */
  public RedriveReport {
    refused = Map.copyOf(refused);
    results = List.copyOf(results);
  }
}
