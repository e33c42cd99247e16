package dev.gala.cli.migrate;

import dev.gala.river.migrate.Direction;
import dev.gala.river.migrate.MigrationSql;
import dev.gala.river.migrate.Migrator;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints migrations as River's command does. */
@Command(
    name = "migrate-get",
    description = {
      "Prints the statements of migrations; no database is needed.",
      "What records the versions in river_migration is not printed."
    })
final class RiverGetCommand implements Runnable {
  @SuppressWarnings("NullAway.Init") // filled in by picocli
  @Spec
  private CommandSpec spec;

  @Mixin private Choice choice = new Choice();

  @Option(
      names = "--line",
      paramLabel = "LINE",
      defaultValue = Migrator.MAIN_LINE,
      description = "The line of versions; default: ${DEFAULT-VALUE}")
  private String line = Migrator.MAIN_LINE;

  @Option(
      names = "--schema",
      paramLabel = "NAME",
      description = "Stands before every name, without quotes.")
  private @Nullable String schema;

  @SuppressWarnings("unused") // River looks here for the kind of database, and there is one
  @Option(names = "--database-url", paramLabel = "URL", description = "Of no effect.")
  private @Nullable String url;

  @Override
  public void run() {
    String named = RiverTables.named(schema);
    MigrationSql sql = MigrationSql.of(named);
    Direction direction = choice.direction();
    List<Integer> versions = choice.of(sql.versions(line));
    PrintWriter out = spec.commandLine().getOut();
    String before = "";
    for (int version :
        choice.all() && direction == Direction.DOWN ? versions.reversed() : versions) {
      out.print(before);
      out.println(unquoted(sql.sql(line, version, direction), named));
      before = System.lineSeparator();
    }
    out.flush();
  }

  /** River's own command writes the name as it is: another case of it is the same schema there. */
  private static String unquoted(String sql, @Nullable String schema) {
    return schema == null ? sql : sql.replace('"' + schema + "\".", schema + ".");
  }
}
