package dev.gala.cli.migrate;

import dev.gala.river.migrate.Direction;
import dev.gala.river.migrate.MigrationRange;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How far to go, whether at all, and what to tell. */
final class Extent {
  @Option(
      names = "--target-version",
      paramLabel = "N",
      description =
          "The version to be the newest at the end; downwards it stays, and 0 means that none does.")
  @Nullable Integer target;

  @Option(
      names = "--max-steps",
      paramLabel = "N",
      description = "The most versions to go through; all, but downwards 1 without a target.")
  @Nullable Integer maxSteps;

  @Option(names = "--dry-run", description = "Only says what would be done.")
  boolean dryRun;

  @Option(names = "--show-sql", description = "Prints the statements too.")
  boolean showSql;

  /** The range that is meant. */
  MigrationRange range(Direction direction) {
    return switch (direction) {
      case UP -> new MigrationRange(Direction.UP, target, maxSteps);
      case DOWN -> {
        Integer steps = target == null && maxSteps == null ? Integer.valueOf(1) : maxSteps;
        Integer kept = target != null && target == 0 ? null : target;
        yield new MigrationRange(Direction.DOWN, kept, steps);
      }
    };
  }
}
