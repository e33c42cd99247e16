package dev.gala.cli;

import dev.gala.river.migrate.Direction;
import dev.gala.river.migrate.MigrationSql;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints migrations for those who run them by another tool; no database is needed. */
@Command(
    name = "sql",
    description = {
      "Prints the statements of migrations; no database is needed.",
      "Each version is to be committed before the next one is run. What records the versions in"
          + " river_migration is not printed."
    })
final class MigrateSqlCommand implements Runnable {
  @SuppressWarnings("NullAway.Init") // filled in by picocli
  @Spec
  private CommandSpec spec;

  // Not the usual mixin: its --version would be the program's.
  @SuppressWarnings("unused") // read by picocli
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help message and exit.")
  private boolean help;

  @SuppressWarnings("NullAway.Init") // filled in by picocli
  @ArgGroup(multiplicity = "1")
  private Which which;

  @SuppressWarnings("NullAway.Init") // filled in by picocli
  @ArgGroup(multiplicity = "1")
  private Way way;

  @Option(
      names = "--exclude-version",
      paramLabel = "N",
      description = "A version to leave out, for instance 1 where another tool keeps versions.")
  private List<Integer> excluded = List.of();

  @Option(names = "--schema", paramLabel = "NAME")
  private @Nullable String schema;

  private static final class Which {
    @Option(names = "--version", paramLabel = "N", description = "A version; may be repeated.")
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

  @Override
  public void run() {
    MigrationSql sql = MigrationSql.of(schema);
    Direction direction = way.down ? Direction.DOWN : Direction.UP;
    List<Integer> every = direction == Direction.UP ? sql.versions() : sql.versions().reversed();
    List<Integer> wanted = which.all ? every : which.versions;
    PrintWriter out = spec.commandLine().getOut();
    String before = "";
    for (int version : wanted) {
      if (!excluded.contains(version)) {
        out.print(before);
        out.println(sql.sql(version, direction));
        before = System.lineSeparator();
      }
    }
    out.flush();
  }
}
