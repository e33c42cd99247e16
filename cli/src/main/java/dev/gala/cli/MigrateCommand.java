package dev.gala.cli;

import dev.gala.river.RiverDatabase;
import dev.gala.river.migrate.Migrator;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Brings a database's tables up to date, or says where they stand. */
@Command(
    name = "migrate",
    description = "River's tables: bring them up to date, or list their versions.",
    mixinStandardHelpOptions = true)
final class MigrateCommand implements Runnable {
  @SuppressWarnings("NullAway.Init") // filled in by picocli
  @Spec
  private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "say what to do: gala migrate up, or gala migrate list");
  }

  @Command(description = "Applies what is missing.", mixinStandardHelpOptions = true)
  void up(
      @Option(names = "--database", required = true, paramLabel = "URL") String url,
      @Option(names = "--schema", paramLabel = "NAME") @Nullable String schema) {
    try (RiverDatabase database = open(url, schema)) {
      List<Migrator.Version> applied = database.migrator().up();
      PrintWriter out = spec.commandLine().getOut();
      applied.forEach(
          version -> out.printf("applied %03d %s%n", version.version(), version.name()));
      if (applied.isEmpty()) {
        out.println("nothing to apply: the tables are up to date");
      }
    }
  }

  @Command(
      description = "Lists the versions; * marks those applied.",
      mixinStandardHelpOptions = true)
  void list(
      @Option(names = "--database", required = true, paramLabel = "URL") String url,
      @Option(names = "--schema", paramLabel = "NAME") @Nullable String schema) {
    try (RiverDatabase database = open(url, schema)) {
      PrintWriter out = spec.commandLine().getOut();
      for (Migrator.Version version : database.migrator().list()) {
        out.printf(
            "%s %03d %s%n", version.applied() ? "*" : " ", version.version(), version.name());
      }
    }
  }

  private static RiverDatabase open(String url, @Nullable String schema) {
    return RiverDatabase.at(url).schema(schema).applicationName("gala migrate").connect();
  }
}
