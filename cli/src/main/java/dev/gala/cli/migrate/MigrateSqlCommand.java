package dev.gala.cli.migrate;

import dev.gala.river.migrate.Direction;
import dev.gala.river.migrate.MigrationSql;
import dev.gala.river.migrate.Migrator;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
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

  @SuppressWarnings("NullAway.Init") // filled in by picocli
  @ParentCommand
  private MigrateCommand parent;

  // Not the usual mixin: its --version would be the program's.
  @SuppressWarnings("unused") // read by picocli
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help message and exit.")
  private boolean help;

  @Mixin private Choice choice = new Choice();

  @Option(
      names = "--line",
      paramLabel = "main|gala",
      description = "Only this line; both for --all, main for --version, unless given.")
  private @Nullable String line;

  @Option(names = "--schema", paramLabel = "NAME")
  private @Nullable String schema;

  @Override
  public void run() {
    parent.refuseProfile();
    MigrationSql sql = MigrationSql.of(schema);
    Direction direction = choice.direction();
    PrintWriter out = spec.commandLine().getOut();
    String before = "";
    for (Numbered wanted : wanted(sql, direction)) {
      out.print(before);
      out.println(sql.sql(wanted.line(), wanted.version(), direction));
      before = System.lineSeparator();
    }
    out.flush();
  }

  private List<Numbered> wanted(MigrationSql sql, Direction direction) {
    String first = line == null ? Migrator.MAIN_LINE : line;
    var wanted = new ArrayList<Numbered>();
    choice.of(sql.versions(first)).forEach(version -> wanted.add(new Numbered(first, version)));
    if (choice.all() && line == null) {
      sql.versions(Migrator.GALA_LINE)
          .forEach(version -> wanted.add(new Numbered(Migrator.GALA_LINE, version)));
    }
    return choice.all() && direction == Direction.DOWN ? wanted.reversed() : wanted;
  }

  private record Numbered(String line, int version) {}
}
