package dev.gala.bench.load;

/**
 * One time through all lines of a case.
 *
 * @param number from 1; 0 is the round that warms up, tries out settings and is not counted
 * @param sizes how long and how much
 */
public record Round(int number, Sizes sizes) {
  /** Whether its figures are thrown away. */
  public boolean warmsUp() {
    return number == 0;
  }
}
