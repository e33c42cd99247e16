package dev.gala.cli.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A file that a listener builds: one line for each success, beginning with the event's id. Safe for
 * many threads.
 */
final class EventFile implements AutoCloseable {
  private final ReentrantLock lock = new ReentrantLock();
  private final Path file;
  private final Writer writer;

  EventFile(Path file) throws IOException {
    this.file = file;
    this.writer = Files.newBufferedWriter(file);
  }

  Path file() {
    return file;
  }

  /** Adds a line, in the file when this returns. */
  void add(String eventId, String text) throws IOException {
    String line = eventId + " " + text + "\n";
    lock.lock();
    try {
      writer.write(line);
      writer.flush();
    } finally {
      lock.unlock();
    }
  }

  /** The ids of the events in the file, as often as they are there. */
  List<String> eventIds() throws IOException {
    var ids = new ArrayList<String>();
    for (String line : Files.readAllLines(file)) {
      ids.add(line.substring(0, line.indexOf(' ')));
    }
    return ids;
  }

  @Override
  public void close() {
    try {
      writer.close();
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be closed", e);
    }
  }
}
