package dev.gala.river.migrate;

import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import org.jspecify.annotations.Nullable;

/**
 * How far a run of migrations goes.
 *
 * @param direction up or down
 * @param target the version that is the newest one applied at the end; null means no version: all
 *     there are
 * @param maxSteps the most versions to go through, at least 1; null means any number
 */
public record MigrationRange(
    Direction direction, @Nullable Integer target, @Nullable Integer maxSteps) {
  /**
   * Refuses a number of steps below 1.
   *
   * @throws RiverException with {@link RiverError#PARAMS_INVALID}
   */
  public MigrationRange {
    if (maxSteps != null && maxSteps < 1) {
      throw new RiverException(
          RiverError.PARAMS_INVALID,
          "the most steps are " + maxSteps + ": give 1 or more, or none");
    }
  }

  /** Up through everything that is missing. */
  public static MigrationRange up() {
    return new MigrationRange(Direction.UP, null, null);
  }

  /** Up until {@code target} is applied. */
  public static MigrationRange upTo(int target) {
    return new MigrationRange(Direction.UP, target, null);
  }

  /** Down by one version: the last of all that would be applied. */
  public static MigrationRange down() {
    return downAll().atMost(1);
  }

  /** Down until {@code target}, which stays applied, is the newest. */
  public static MigrationRange downTo(int target) {
    return new MigrationRange(Direction.DOWN, target, null);
  }

  /** Down through everything: no table is left, and no job. */
  public static MigrationRange downAll() {
    return new MigrationRange(Direction.DOWN, null, null);
  }

  /** The same, but at most {@code maxSteps} versions. */
  public MigrationRange atMost(int maxSteps) {
    return new MigrationRange(direction, target, maxSteps);
  }
}
