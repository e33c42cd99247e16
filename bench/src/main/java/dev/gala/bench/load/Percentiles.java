package dev.gala.bench.load;

/** Percentiles of measured times. */
public final class Percentiles {
  private Percentiles() {}

  /**
   * The smallest value that {@code share} of all are not above, in milliseconds.
   *
   * @param sorted microseconds, ascending
   * @param share from 0 to 1
   * @return not a number if there are none
   */
  public static double millis(long[] sorted, double share) {
    if (sorted.length == 0) {
      return Double.NaN;
    }
    int rank = (int) Math.ceil(share * sorted.length);
    return sorted[Math.clamp(rank - 1, 0, sorted.length - 1)] / 1_000.0;
  }
}
