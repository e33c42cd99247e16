package dev.gala.bench.report;

import org.jspecify.annotations.Nullable;

/**
 * A goal, and how near we are.
 *
 * @param goal in words
 * @param atLeast whether the target is a least value; otherwise it is a most
 * @param target the target
 * @param reached what was measured; null if it was not
 */
public record GoalResult(String goal, boolean atLeast, double target, @Nullable Double reached) {
  /** {@code reached}, {@code missed} or {@code not measured}. */
  public String verdict() {
    if (reached == null) {
      return "not measured";
    }
    boolean met = atLeast ? reached >= target : reached <= target;
    return met ? "reached" : "missed";
  }
}
