package dev.gala.bench.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Another process, which is told things line by line and answers so. It has to end when its input
 * does.
 */
public final class ChildProcess implements AutoCloseable {
  private final Process process;
  private final PrintWriter input;
  private final BufferedReader output;

  private ChildProcess(Process process) {
    this.process = process;
    this.input =
        new PrintWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8), true);
    this.output = process.inputReader(StandardCharsets.UTF_8);
  }

  /** A JVM like this one, running the main method of a class. */
  public static ChildProcess start(Class<?> main, List<String> args) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(args);
    return start(command);
  }

  /** Any program. */
  public static ChildProcess start(List<String> command) throws IOException {
    return new ChildProcess(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /** Tells a line. */
  public void tell(String line) {
    input.println(line);
  }

  /**
   * The next line it says.
   *
   * @throws IllegalStateException if it has ended
   */
  public String answer() {
    try {
      String line = output.readLine();
      if (line == null) {
        process.waitFor(5, TimeUnit.SECONDS);
        throw new IllegalStateException("the process ended without an answer: " + process);
      }
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a process was to end", e);
    }
  }

  /** Ends it: by the end of its input, or, if that does not help, at once. */
  @Override
  public void close() {
    input.close();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
