package dev.gala.cli;

import dev.gala.cli.demo.DemoCommand;
import dev.gala.river.job.RiverException;
import java.io.PrintWriter;
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
    subcommands = {DemoCommand.class, MigrateCommand.class})
public final class Main implements Runnable {
  private static final int USAGE = 2;

  @SuppressWarnings("NullAway.Init") // filled in by picocli
  @Spec
  private CommandSpec spec;

  /** Runs a command and exits: 0 done, 1 failed, 2 bad input. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setParameterExceptionHandler(Main::badParameter)
        .setExecutionExceptionHandler((failure, command, parsed) -> failed(failure, command));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say what to do: gala demo, or gala migrate");
  }

  private static int badParameter(ParameterException bad, String[] args) {
    PrintWriter err = bad.getCommandLine().getErr();
    err.println("gala: " + firstLine(bad) + " (gala " + "--help shows what there is)");
    return USAGE;
  }

  private static int failed(Exception failure, CommandLine command) {
    if (failure instanceof UsageException) {
      command.getErr().println("gala: " + firstLine(failure));
      return USAGE;
    }
    if (failure instanceof RiverException river && isBadInput(river)) {
      command.getErr().println("gala: " + firstLine(failure));
      return USAGE;
    }
    failure.printStackTrace(command.getErr());
    return 1;
  }

  private static boolean isBadInput(RiverException failure) {
    return switch (failure.code()) {
      case CONFIG_INVALID,
          DATABASE_TOO_OLD,
          DATABASE_UNAVAILABLE,
          DATABASE_URL_INVALID,
          SCHEMA_OUTDATED ->
          true;
      case ARGS_INVALID,
          CLIENT_STATE,
          CONNECTION_IN_AUTO_COMMIT,
          DATABASE,
          DRIVER_MISSING,
          INSERT_INVALID,
          OUTCOME_UNKNOWN,
          STOP_TIMED_OUT ->
          false;
    };
  }

  private static String firstLine(Exception failure) {
    return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
  }
}
