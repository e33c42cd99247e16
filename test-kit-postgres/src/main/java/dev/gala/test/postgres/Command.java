package dev.gala.test.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A short-lived process and what came of it.
 *
 * @param status its exit status; 127 when it could not be started, as in a shell
 * @param output what it wrote to stdout and stderr
 */
record Command(int status, String output) {
  private static final Logger LOG = LoggerFactory.getLogger(Command.class);
  private static final int NOT_FOUND = 127;

  boolean succeeded() {
    return status == 0;
  }

  /** Runs to the end. Interrupts are kept for the caller and do not cut the process short. */
  static Command run(List<String> command, String input) {
    Process process;
    try {
      process = builder(command).start();
    } catch (IOException e) {
      return new Command(NOT_FOUND, String.valueOf(e.getMessage()));
    }
    try (OutputStream stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // It has ended without reading everything; its output and status tell why.
      LOG.debug("{} does not read", command.getFirst(), e);
    }
    try (InputStream stdout = process.getInputStream()) {
      String output = new String(stdout.readAllBytes(), StandardCharsets.UTF_8);
      return new Command(await(process), output);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read from " + command.getFirst(), e);
    }
  }

  /** A process in the root directory, with nothing in its environment that steers PostgreSQL. */
  static ProcessBuilder builder(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.directory(Path.of("/").toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("PG"));
    environment.put("LC_ALL", "C");
    return builder;
  }

  @SafeVarargs
  static List<String> line(List<String>... parts) {
    List<String> line = new ArrayList<>();
    for (List<String> part : parts) {
      line.addAll(part);
    }
    return List.copyOf(line);
  }

  private static int await(Process process) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return process.waitFor();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
