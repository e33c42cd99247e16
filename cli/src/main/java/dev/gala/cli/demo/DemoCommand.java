package dev.gala.cli.demo;

import dev.gala.cli.UsageException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The demonstration, as a command. */
@Command(
    name = "demo",
    description = {
      "Emits one typed event for every commit of a git repository, in transactions that also write"
          + " a row of their own, and handles each event by three listeners.",
      "Ends with 0 only if nothing was lost."
    },
    mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {
  @SuppressWarnings("NullAway.Init") // filled in by picocli
  @Spec
  private CommandSpec spec;

  @Option(
      names = "--database",
      paramLabel = "URL",
      description = "use this PostgreSQL instead of a throw-away one")
  private @Nullable String database;

  @Option(
      names = "--git",
      paramLabel = "PATH",
      description = "the git repository; default: the one you are in")
  private Path git = Path.of("");

  @Option(
      names = "--events",
      paramLabel = "N",
      description = "how many events; the history is repeated or cut; default: one per commit")
  private @Nullable Integer events;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "how many events are handled at once; default: ${DEFAULT-VALUE}",
      defaultValue = "50")
  private int workers;

  @Option(
      names = "--poll-only",
      description = "do without LISTEN and NOTIFY, as behind a transaction pooler")
  private boolean pollOnly;

  @Option(
      names = "--keep",
      description = "leave database, tables and changelog there, and say how to look at them")
  private boolean keep;

  /** The command; its options are filled in by the command line. */
  public DemoCommand() {}

  @Override
  public Integer call() throws Exception {
    requireAtLeastOne("--events", events);
    requireAtLeastOne("--workers", workers);
    var options = new DemoOptions(database, git.toAbsolutePath(), events, workers, pollOnly, keep);
    // The launcher knows whether there is a terminal; Java 21 cannot tell.
    var progress = new ProgressBar(System.err, Boolean.getBoolean("gala.terminal"));
    DemoReport report = new Demo(options, spec.commandLine().getOut(), progress).run();
    return report.lost() == 0 ? 0 : 1;
  }

  private static void requireAtLeastOne(String option, @Nullable Integer value) {
    if (value != null && value < 1) {
      throw new UsageException(option + " is " + value + ": give at least 1");
    }
  }
}
