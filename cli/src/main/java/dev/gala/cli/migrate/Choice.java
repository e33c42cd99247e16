package dev.gala.cli.migrate;

import dev.gala.river.migrate.Direction;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Which versions' statements to print. */
final class Choice {
  @SuppressWarnings("NullAway.Init") // filled in by picocli
  @ArgGroup(multiplicity = "1")
  private Which which;

  @SuppressWarnings("NullAway.Init") // filled in by picocli
  @ArgGroup(multiplicity = "1")
  private Way way;

  @Option(
      names = "--exclude-version",
      paramLabel = "N",
      split = ",",
      description =
          "A version to leave out, of main unless --line says gala; for instance 1 where another"
              + " tool keeps versions.")
  private List<Integer> excluded = List.of();

  private static final class Which {
    @Option(
        names = "--version",
        paramLabel = "N",
        split = ",",
        description = "A version; may be repeated.")
    private List<Integer> versions = List.of();

    @Option(names = "--all", description = "Every version.")
    private boolean all;
  }

  private static final class Way {
    @SuppressWarnings("unused") // one of the two is given
    @Option(names = "--up", description = "The statements that apply it.")
    private boolean up;

    @Option(names = "--down", description = "The statements that take it back.")
    private boolean down;
  }

  boolean all() {
    return which.all;
  }

  Direction direction() {
    return way.down ? Direction.DOWN : Direction.UP;
  }

  /** Those meant of one line: those named as they were named, all of them ascending. */
  List<Integer> of(List<Integer> known) {
    return (which.all ? known : which.versions)
        .stream().filter(version -> !excluded.contains(version)).toList();
  }
}
