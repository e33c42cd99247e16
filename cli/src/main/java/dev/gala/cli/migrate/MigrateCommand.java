package dev.gala.cli.migrate;

import dev.gala.river.RiverDatabase;
import dev.gala.river.migrate.Direction;
import dev.gala.river.migrate.MigrationRange;
import dev.gala.river.migrate.Migrator;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Brings a database's tables up to date or back, or says where they stand. */
@Command(
    name = "migrate",
    description = {
      "The tables: bring them up to date or back, or say where they stand.",
      "They come in two lines of versions: River's own, main, and gala, what this engine has beside"
          + " it. Every command works on both, main first, unless --line names one.",
      "With --profile instead of a command: how the table of jobs is kept, apart from versions."
    },
    mixinStandardHelpOptions = true,
    subcommands = MigrateSqlCommand.class)
public final class MigrateCommand implements Runnable {
  private static final int OUTSTANDING = 1;

  @SuppressWarnings("NullAway.Init") // filled in by picocli
  @Spec
  private CommandSpec spec;

  @ArgGroup(exclusive = false)
  private @Nullable ProfileChoice choice;

  /** The command; its options are filled in by the command line. */
  public MigrateCommand() {}

  @Override
  public void run() {
    if (choice != null) {
      choice.go(out());
      return;
    }
    throw new ParameterException(
        spec.commandLine(),
        "say what to do: gala migrate up, down, list, validate or sql, or --profile NAME");
  }

  /** A profile is never applied on the way of something else. */
  void refuseProfile() {
    if (choice != null) {
      throw new ParameterException(
          spec.commandLine(),
          "--profile stands alone: run gala migrate --profile NAME --database URL, and the other"
              + " command by itself");
    }
  }

  @Command(
      description = {
        "Applies what is missing. The schema itself must exist.",
        "A target is a version of main unless --line says gala."
      },
      mixinStandardHelpOptions = true)
  void up(@Mixin Tables tables, @Mixin Extent extent) {
    run(tables, extent, Direction.UP);
  }

  @Command(
      description = {
        "Takes versions back, and what is in their tables: one, unless told more.",
        "A target is a version of main unless --line says gala."
      },
      mixinStandardHelpOptions = true)
  void down(@Mixin Tables tables, @Mixin Extent extent) {
    run(tables, extent, Direction.DOWN);
  }

  private void run(Tables tables, Extent extent, Direction direction) {
    refuseProfile();
    MigrationRange range = extent.range(direction);
    try (RiverDatabase database = tables.open()) {
      new Report(tables.migrator(database), range, extent.showSql).go(extent.dryRun);
    }
  }

  @Command(
      description = {
        "Lists the versions; * marks those applied.",
        "Says which schema profile the tables have, unless --line says gala."
      },
      mixinStandardHelpOptions = true)
  void list(@Mixin Tables tables) {
    refuseProfile();
    try (RiverDatabase database = tables.open()) {
      Migrator migrator = tables.migrator(database);
      for (Migrator.Version version : migrator.list()) {
        out().printf("%s %s%n", version.applied() ? "*" : " ", named(version));
      }
      if (!Migrator.GALA_LINE.equals(tables.line)) {
        ProfileChoice.print(migrator, out());
      }
    }
  }

  @Command(
      description = "Says whether versions are missing: exit code 1 if so, else 0.",
      mixinStandardHelpOptions = true)
  int validate(
      @Mixin Tables tables,
      @Option(
              names = "--target-version",
              paramLabel = "N",
              description = "The last version that must be there; the newest by default.")
          @Nullable Integer target) {
    refuseProfile();
    try (RiverDatabase database = tables.open()) {
      Migrator migrator = tables.migrator(database);
      Migrator.Validation found = target == null ? migrator.validate() : migrator.validate(target);
      found.outstanding().forEach(version -> out().printf("missing %s%n", named(version)));
      found
          .unknown()
          .forEach(
              version -> out().printf("found %s, unknown to this release%n", numbered(version)));
      if (found.isUpToDate()) {
        out().println("the tables are up to date");
        return 0;
      }
      return OUTSTANDING;
    }
  }

  private static String named(Migrator.Version version) {
    return numbered(version) + " " + version.name();
  }

  /** River's own are just numbered, as everywhere. */
  private static String numbered(Migrator.Version version) {
    String number = "%03d".formatted(version.version());
    return version.line().equals(Migrator.MAIN_LINE) ? number : version.line() + " " + number;
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  /** Where the tables are, and which are meant. */
  static final class Tables {
    @SuppressWarnings("NullAway.Init") // filled in by picocli
    @Option(names = "--database", required = true, paramLabel = "URL")
    private String url;

    @Option(names = "--schema", paramLabel = "NAME")
    private @Nullable String schema;

    @Option(names = "--line", paramLabel = "main|gala", description = "Only this line.")
    private @Nullable String line;

    private RiverDatabase open() {
      return RiverDatabase.at(url).schema(schema).applicationName("gala migrate").connect();
    }

    private Migrator migrator(RiverDatabase database) {
      return line == null ? database.migrator() : database.migrator(line);
    }
  }

  /** A run, or what it would do, told line by line. */
  private final class Report {
    private final Migrator migrator;
    private final MigrationRange range;
    private final boolean showSql;

    Report(Migrator migrator, MigrationRange range, boolean showSql) {
      this.migrator = migrator;
      this.range = range;
      this.showSql = showSql;
    }

    void go(boolean dryRun) {
      boolean up =
          switch (range.direction()) {
            case UP -> true;
            case DOWN -> false;
          };
      List<Migrator.Version> steps;
      if (dryRun) {
        steps = migrator.plan(range);
        steps.forEach(version -> tell(up ? "would apply" : "would take back", version));
      } else {
        steps = migrator.run(range, version -> tell(up ? "applied" : "took back", version));
      }
      if (steps.isEmpty()) {
        out().println(up ? "nothing to apply: the tables are up to date" : "nothing to take back");
      }
    }

    private void tell(String what, Migrator.Version version) {
      out().printf("%s %s%n", what, named(version));
      if (showSql) {
        out().println(migrator.sql().sql(version.line(), version.version(), range.direction()));
        out().println();
      }
    }
  }
}
