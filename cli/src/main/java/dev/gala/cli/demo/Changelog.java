package dev.gala.cli.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** The file the second listener builds: one line per event handled. Safe for many threads. */
final class Changelog implements AutoCloseable {
  private final ReentrantLock lock = new ReentrantLock();
  private final Path file;
  private final Writer writer;

  Changelog(Path file) {
    this.file = file;
    try {
      this.writer = Files.newBufferedWriter(file);
    } catch (IOException e) {
      throw new UncheckedIOException("the changelog " + file + " cannot be written", e);
    }
  }

  Path file() {
    return file;
  }

  /** Adds a line, in the file when this returns. */
  void add(String eventId, CommitRecorded commit) throws IOException {
    String sha = commit.sha().substring(0, Math.min(10, commit.sha().length()));
    String line = eventId + " " + sha + " " + commit.subject() + " (" + commit.author() + ")\n";
    lock.lock();
    try {
      writer.write(line);
      writer.flush();
    } finally {
      lock.unlock();
    }
  }

  /** The ids of the events in the file, as often as they are there. */
  List<String> eventIds() {
    var ids = new ArrayList<String>();
    try {
      for (String line : Files.readAllLines(file)) {
        ids.add(line.substring(0, line.indexOf(' ')));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the changelog " + file + " cannot be read", e);
    }
    return ids;
  }

  @Override
  public void close() {
    try {
      writer.close();
    } catch (IOException e) {
      throw new UncheckedIOException("the changelog " + file + " cannot be closed", e);
    }
  }
}
