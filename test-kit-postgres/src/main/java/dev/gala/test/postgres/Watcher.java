package dev.gala.test.postgres;

import dev.gala.test.postgres.EmbeddedPostgresException.Reason;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The process beside a server that stops it and deletes its directory when this JVM is gone; {@code
 * watcher.sh} tells its commands and answers. Not safe for use by several threads.
 */
final class Watcher {
  private static final long POLL_MILLIS = 3;
  private static final long END_SECONDS = 30;

  private final Process process;
  private final Writer commands;
  private final BufferedReader answers;
  private final StringBuilder complaints = new StringBuilder();
  private boolean created;
  private boolean kept;
  private boolean running;
  private long pid;

  private Watcher(Process process) {
    this.process = process;
    this.commands = process.outputWriter(StandardCharsets.UTF_8);
    this.answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Starts a watcher, which starts at once to copy the template. */
  static Watcher start(Site site) {
    List<String> script =
        List.of(
            "sh",
            site.binaries().script("watcher.sh").toString(),
            site.home().toString(),
            site.template().data().toString(),
            site.binaries().postgres().toString());
    try {
      return new Watcher(Command.builder(Command.line(site.user().prefix(), script)).start());
    } catch (IOException e) {
      throw new EmbeddedPostgresException(
          Reason.START_FAILED, "cannot start a shell: is there an sh on the PATH?", e);
    }
  }

  void awaitCreated(Deadline deadline) {
    await(() -> created, deadline, "making the server's directory");
  }

  /** Appends a line to the server's configuration, which it reads when it starts. */
  void configure(String line) {
    send("set " + line);
  }

  /** Starts the server process and returns its id; it may end at once. */
  long startServer(Deadline deadline) {
    pid = 0;
    send("start");
    await(() -> pid != 0, deadline, "starting the server");
    return pid;
  }

  /**
   * Sends the server a signal that ends it, and waits for the end; kills it when that takes long.
   */
  void endServer(String signal, Deadline deadline) {
    if (running()) {
      send("signal " + signal);
      await(() -> !running, deadline, "stopping the server");
    }
  }

  /** Makes the server outlive this JVM. */
  void keep(Deadline deadline) {
    send("keep");
    await(() -> kept, deadline, "keeping the server");
  }

  /** Whether the server process runs, as far as the watcher knows. */
  boolean running() {
    read();
    return running && process.isAlive();
  }

  /** The server's process id; 0 before the first start. */
  long pid() {
    return pid;
  }

  /** What the watcher and its tools complained about, mostly nothing. */
  String complaints() {
    read();
    return complaints.toString();
  }

  /**
   * Lets go. Unless the server is kept, waits until it is stopped and its directory deleted, and
   * returns whether that succeeded.
   */
  boolean close() {
    try {
      commands.close();
    } catch (IOException e) {
      // The watcher was killed: there is nobody to tell.
      complaints.append(e).append('\n');
    }
    return kept || ended();
  }

  /** The watcher's own process id. */
  long processId() {
    return process.pid();
  }

  private boolean ended() {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return process.waitFor(END_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
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

  private void send(String command) {
    try {
      commands.write(command);
      commands.write('\n');
      commands.flush();
    } catch (IOException e) {
      throw failed("the process that watches the server was killed: " + complaints(), e);
    }
  }

  private void await(BooleanSupplier condition, Deadline deadline, String doing) {
    read();
    while (!condition.getAsBoolean()) {
      boolean alive = process.isAlive();
      read();
      if (condition.getAsBoolean()) {
        return;
      }
      if (!alive) {
        throw failed("%s failed: %s".formatted(doing, complaints), null);
      }
      if (deadline.hasPassed()) {
        throw failed("%s took longer than %s".formatted(doing, deadline.patience()), null);
      }
      deadline.pause(POLL_MILLIS);
    }
  }

  private void read() {
    try {
      while (answers.ready()) {
        String line = answers.readLine();
        if (line != null) {
          understand(line);
        }
      }
    } catch (IOException e) {
      throw failed("cannot read from the process that watches the server", e);
    }
  }

  private void understand(String line) {
    if (line.startsWith("pid ")) {
      pid = Long.parseLong(line.substring("pid ".length()));
      running = true;
    } else if (line.startsWith("exited ")) {
      running = false;
    } else if (line.equals("created")) {
      created = true;
    } else if (line.equals("kept")) {
      kept = true;
    } else if (!line.equals("copied")) {
      complaints.append(line).append('\n');
    }
  }

  private static EmbeddedPostgresException failed(String message, @Nullable Throwable cause) {
    return new EmbeddedPostgresException(Reason.START_FAILED, message, cause);
  }
}
