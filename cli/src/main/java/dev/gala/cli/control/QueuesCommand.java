package dev.gala.cli.control;

import dev.gala.cli.input.UsageException;
import dev.gala.river.Queues;
import dev.gala.river.RiverDatabase;
import dev.gala.river.job.Queue;
import dev.gala.river.job.Tx;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Queues, to look at, pause and resume. */
@Command(
    name = "queues",
    description = "Queues: list or show them, pause or resume them.",
    mixinStandardHelpOptions = true)
public final class QueuesCommand implements Runnable {
  private static final String APPLICATION = "gala queues";

  @SuppressWarnings("NullAway.Init") // filled in by picocli
  @Spec
  private CommandSpec spec;

  /** The command; its options are filled in by the command line. */
  public QueuesCommand() {}

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "say what to do: gala queues list, show, pause or resume");
  }

  @Command(
      description = "Lists the queues that clients work, or worked within the last day, by name.",
      mixinStandardHelpOptions = true)
  void list(
      @Mixin DatabaseOptions at,
      @Mixin OutputOption output,
      @Option(
              names = "--limit",
              paramLabel = "N",
              description = "at most so many, up to 10000; default: ${DEFAULT-VALUE}",
              defaultValue = "100")
          int limit) {
    try (RiverDatabase database = at.connect(APPLICATION)) {
      print(database.queues().list(limit, Tx.own()), output);
    }
  }

  @Command(description = "Shows a queue.", mixinStandardHelpOptions = true)
  void show(
      @Mixin DatabaseOptions at,
      @Mixin OutputOption output,
      @Parameters(paramLabel = "NAME", description = "the queue") String name) {
    try (RiverDatabase database = at.connect(APPLICATION)) {
      print(database.queues().get(name), output);
    }
  }

  @Command(
      description = {
        "Pauses a queue for every client: nothing more is fetched from it.",
        "Running jobs go on."
      },
      mixinStandardHelpOptions = true)
  void pause(@Mixin DatabaseOptions at, @Mixin OutputOption output, @Mixin OneOrAll which) {
    String name = which.name();
    try (RiverDatabase database = at.connect(APPLICATION)) {
      database.queues().pause(name);
      changed(database.queues(), name, output);
    }
  }

  @Command(description = "Ends a queue's pause for every client.", mixinStandardHelpOptions = true)
  void resume(@Mixin DatabaseOptions at, @Mixin OutputOption output, @Mixin OneOrAll which) {
    String name = which.name();
    try (RiverDatabase database = at.connect(APPLICATION)) {
      database.queues().resume(name);
      changed(database.queues(), name, output);
    }
  }

  private void changed(Queues queues, String name, OutputOption output) {
    if (name.equals(Queues.ALL)) {
      print(queues.list(Queues.MAX_LIMIT, Tx.own()), output);
    } else {
      print(queues.get(name), output);
    }
  }

  private void print(List<Queue> queues, OutputOption output) {
    PrintWriter out = spec.commandLine().getOut();
    if (output.isJson()) {
      out.println(new JsonText().array("queues", queues, QueueView::json).end());
    } else {
      QueueView.table(queues).forEach(out::println);
    }
  }

  private void print(Queue queue, OutputOption output) {
    PrintWriter out = spec.commandLine().getOut();
    if (output.isJson()) {
      out.println(QueueView.json(queue));
    } else {
      QueueView.table(List.of(queue)).forEach(out::println);
    }
  }

  /** A queue's name, or all of them. */
  static final class OneOrAll {
    @Parameters(arity = "0..1", paramLabel = "NAME", description = "the queue")
    private @Nullable String name;

    @Option(names = "--all", description = "all queues")
    private boolean all;

    /** The name for the engine. */
    String name() {
      if (all == (name != null)) {
        throw new UsageException(
            all ? "a queue and --all are given: say one or the other" : "give a queue, or --all");
      }
      return name == null ? Queues.ALL : name;
    }
  }
}
