package dev.gala.cli;

import dev.gala.cli.control.EventsCommand;
import dev.gala.cli.control.JobsCommand;
import dev.gala.cli.control.QueuesCommand;
import dev.gala.cli.demo.DemoCommand;
import dev.gala.cli.migrate.MigrateCommand;
import dev.gala.cli.migrate.RiverCommand;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line's entrance. */
@Command(
    name = "gala",
    description = "Durable, typed events on PostgreSQL.",
    mixinStandardHelpOptions = true,
    version = "gala 0.1.0-SNAPSHOT",
    subcommands = {
      DemoCommand.class,
      EventsCommand.class,
      JobsCommand.class,
      MigrateCommand.class,
      QueuesCommand.class,
      RiverCommand.class
    })
public final class Main implements Runnable {
  @SuppressWarnings("NullAway.Init") // filled in by picocli
  @Spec
  private CommandSpec spec;

  /** Runs a command and exits: 0 done, 1 failed, 2 bad input. */
  public static void main(String[] args) {
    CommandLine command = commandLine().setOut(writer(System.out)).setErr(writer(System.err));
    System.exit(command.execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setParameterExceptionHandler((bad, args) -> badParameter(bad))
        .setExecutionExceptionHandler((thrown, command, parsed) -> failed(thrown, command));
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "say what to do: gala demo, events, jobs, migrate, queues or river");
  }

  /** In the encoding of the terminal; picocli's own writers take the default one, UTF-8. */
  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, stream.charset()), true);
  }

  private static int badParameter(ParameterException bad) {
    CommandLine command = bad.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    return report(
        Failure.badInput(String.valueOf(bad.getMessage())),
        " (" + name + " --help shows more)",
        command);
  }

  private static int failed(Exception thrown, CommandLine command) {
    Optional<Failure> failure = Failure.of(thrown);
    if (failure.isPresent()) {
      return report(failure.get(), "", command);
    }
    thrown.printStackTrace(command.getErr());
    return 1;
  }

  private static int report(Failure failure, String more, CommandLine command) {
    command.getErr().println("gala: " + failure.message() + more);
    return RiverCommand.isPartOf(command)
        ? Math.min(failure.exitCode(), RiverCommand.FAILED)
        : failure.exitCode();
  }
}
