package dev.gala.bench.load;

/**
 * One time through all lines of a case.
 *
 * @param number from 1; 0 is the round that warms up, tries out settings and is not counted
 * @param sizes how long and how much
 */
public record Round(int number, Sizes sizes) {
  private static final int SHORT_WARM_UP = 300;

  /** Whether its figures are thrown away. */
  public boolean warmsUp() {
    return number == 0;
  }

  /** What each loop runs before it is counted; little where nothing is counted. */
  public int warmUpMillis() {
    return warmsUp() ? Math.min(SHORT_WARM_UP, sizes.warmUpMillis()) : sizes.warmUpMillis();
  }

  /** What each loop is counted; less while settings are tried out. */
  public int windowMillis() {
    return warmsUp() ? sizes.sweepMillis() : sizes.windowMillis();
  }

  /** The same of a pipeline, which finishes events by the thousand. */
  public int pipelineMillis() {
    return 2 * windowMillis();
  }
}
