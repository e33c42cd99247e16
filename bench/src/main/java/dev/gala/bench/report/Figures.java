package dev.gala.bench.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One figure of a line, over the rounds.
 *
 * @param median of the rounds
 * @param low the least of them
 * @param high the most of them
 * @param rounds each, in order
 * @param ratio how many times as good as the case's reference; null if there is none to compare
 *     with
 */
public record Figures(
    double median, double low, double high, List<Double> rounds, @Nullable Double ratio) {
  /**
   * Figures of rounds.
   *
   * @param rounds at least one
   */
  public static Figures of(List<Double> rounds) {
    List<Double> sorted = rounds.stream().sorted().toList();
    return new Figures(
        median(sorted), sorted.getFirst(), sorted.getLast(), List.copyOf(rounds), null);
  }

  /** This, compared: more than 1 is better than the reference. */
  public Figures against(double reference, boolean higherIsBetter) {
    double ratio = higherIsBetter ? median / reference : reference / median;
    boolean comparable = Double.isFinite(ratio) && ratio > 0;
    return new Figures(median, low, high, rounds, comparable ? ratio : null);
  }

  /** The middle of what is sorted; of an even count, between the two in the middle. */
  static double median(List<Double> sorted) {
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
