package dev.gala.cli.migrate;

import dev.gala.cli.bench.BenchOptions;
import dev.gala.cli.input.EndRequest;
import dev.gala.cli.input.GoDuration;
import dev.gala.cli.input.UsageException;
import dev.gala.river.migrate.Direction;
import dev.gala.river.migrate.Migrator;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * The sub-commands, flags, lines and exit codes of River's own command, for scripts that are
 * written for it (protocol: "Command line"). Of River's tables only; {@code gala migrate} has more.
 */
@Command(
    name = "river",
    description = {
      "What scripts written for River's own command call: River's tables alone.",
      "Ends with 0, or with 1 for whatever fails. gala migrate does the same and more."
    },
    subcommands = RiverGetCommand.class)
public final class RiverCommand implements Runnable {
  /** The exit code of whatever fails. */
  public static final int FAILED = 1;

  private static final int TARGET_NOT_GIVEN = -2;
  private static final int TARGET_NONE = -1;

  @SuppressWarnings("NullAway.Init") // filled in by picocli
  @Spec
  private CommandSpec spec;

  @SuppressWarnings("unused") // read by picocli
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help message and exit.")
  private boolean help;

  @Option(names = "--version", description = "Print version information and exit.")
  private boolean version;

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Log what is of interest; not with --debug.")
  private boolean verbose;

  @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Log everything.")
  private boolean debug;

  @Option(
      names = "--statement-timeout",
      paramLabel = "DURATION",
      scope = ScopeType.INHERIT,
      converter = Timeout.class,
      description = "How long a statement may take; the URL's statement_timeout, or 10s.")
  private @Nullable Duration statementTimeout;

  /** The command; its options are filled in by the command line. */
  public RiverCommand() {}

  /** Whether {@code command} is this one, or one of its own. */
  public static boolean isPartOf(CommandLine command) {
    for (CommandLine at = command; at != null; at = at.getParent()) {
      if (at.getCommand() instanceof RiverCommand) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void run() {
    if (version) {
      version();
    } else {
      spec.commandLine().usage(out());
    }
  }

  @Command(name = "migrate-up", description = "Applies what is missing.")
  int migrateUp(@Mixin RiverTables tables, @Mixin Extent extent) {
    return migrate(tables, extent, Direction.UP);
  }

  @Command(
      name = "migrate-down",
      description = "Takes versions back, and what is in their tables: one, unless told more.")
  int migrateDown(@Mixin RiverTables tables, @Mixin Extent extent) {
    return migrate(tables, extent, Direction.DOWN);
  }

  private int migrate(RiverTables tables, Extent extent, Direction direction) {
    Integer steps = extent.maxSteps;
    if (steps != null && steps < 0) {
      out().println("no migrations to apply");
      return 0;
    }
    extent.maxSteps = steps != null && steps == 0 ? null : steps;
    extent.target = target(extent.target, direction);
    return with(
        tables,
        migrator -> {
          new RiverReport(out(), migrator, extent.range(direction), extent.showSql)
              .run(extent.dryRun);
          return 0;
        });
  }

  private static @Nullable Integer target(@Nullable Integer given, Direction direction) {
    if (given == null || given == TARGET_NOT_GIVEN) {
      return null;
    }
    return direction == Direction.DOWN && given == TARGET_NONE ? Integer.valueOf(0) : given;
  }

  @Command(name = "migrate-list", description = "Lists the versions; * marks the newest applied.")
  int migrateList(@Mixin RiverTables tables) {
    return with(
        tables,
        migrator -> {
          List<Migrator.Version> versions = migrator.list();
          int newest =
              versions.stream()
                  .filter(Migrator.Version::applied)
                  .mapToInt(Migrator.Version::version)
                  .max()
                  .orElse(0);
          for (Migrator.Version each : versions) {
            String mark = each.version() == newest ? "* " : "  ";
            out().printf("%s%03d %s%n", newest == 0 ? "" : mark, each.version(), each.name());
          }
          return 0;
        });
  }

  @Command(description = "Says by its exit code whether versions are missing: 1 if so, else 0.")
  int validate(@Mixin RiverTables tables) {
    return with(tables, migrator -> migrator.validate().isUpToDate() ? 0 : FAILED);
  }

  @Command(
      name = "bench",
      description = {
        "Measures how many jobs a second one client works, as River's own command does.",
        "It empties River's tables first."
      })
  int bench(@Mixin BenchTarget target, @Mixin BenchOptions options) throws Exception {
    log();
    try (EndRequest end = EndRequest.listen()) {
      options.bench(target::open, target.schema(), out(), end).run();
    }
    return 0;
  }

  @Command(name = "version", description = "Prints version information.")
  void printVersion() {
    version();
  }

  private void version() {
    out().println(spec.root().version()[0] + ", which speaks the protocol of River v0.49");
    out().println("Java " + Runtime.version());
  }

  private int with(RiverTables tables, RiverTables.Use use) {
    log();
    return tables.with(statementTimeout, use);
  }

  /** Said before anything is logged; the configuration of the log reads it. */
  private void log() {
    if (verbose && debug) {
      throw new UsageException("--verbose and --debug are given: say one or the other");
    }
    if (verbose || debug) {
      System.setProperty("gala.log.level", debug ? "DEBUG" : "INFO");
    }
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  static final class Timeout implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String value) {
      try {
        return GoDuration.parse(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
