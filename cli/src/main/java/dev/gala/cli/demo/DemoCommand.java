package dev.gala.cli.demo;

import dev.gala.cli.input.EndRequest;
import dev.gala.cli.input.UsageException;
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
  private static final int INTERRUPTED = 130;
  private static final int MOST_EVENTS = 1_000_000;
  private static final int MOST_EMITTERS = 50;
  private static final int MOST_WORKERS = 1_000;

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
      names = "--emitters",
      paramLabel = "N",
      description = "how many threads emit; default: ${DEFAULT-VALUE}",
      defaultValue = "2")
  private int emitters;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "how many events a second are emitted; default: as many as the threads can")
  private @Nullable Integer rate;

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
      description = "leave database, tables and files there, and say how to look at them")
  private boolean keep;

  /** The command; its options are filled in by the command line. */
  public DemoCommand() {}

  @Override
  public Integer call() throws Exception {
    requireRange("--events", events, MOST_EVENTS);
    requireRange("--emitters", emitters, MOST_EMITTERS);
    requireRange("--rate", rate, MOST_EVENTS);
    requireRange("--workers", workers, MOST_WORKERS);
    var options =
        new DemoOptions(
            database, git.toAbsolutePath(), events, emitters, rate, workers, pollOnly, keep);
    // The launcher knows the terminal's width, 0 without one; Java 21 cannot tell.
    var progress = new ProgressBar(System.err, Integer.getInteger("gala.columns", 0));
    try (EndRequest end = EndRequest.listen()) {
      return run(new Demo(options, spec.commandLine().getOut(), progress, end), end);
    }
  }

  private static int run(Demo demo, EndRequest end) throws Exception {
    try {
      return demo.run().lost() == 0 ? 0 : 1;
    } catch (InterruptedException e) {
      return INTERRUPTED;
    } catch (Exception e) {
      // What fails while the process is being ended fails because of that.
      if (end.isMade()) {
        return INTERRUPTED;
      }
      throw e;
    }
  }

  private static void requireRange(String option, @Nullable Integer value, int most) {
    if (value != null && (value < 1 || value > most)) {
      throw new UsageException(String.format("%s is %d: give from 1 to %d", option, value, most));
    }
  }
}
