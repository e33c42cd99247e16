package dev.gala.cli.demo;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Supplier;

/**
 * A few connections of the demonstration's own in auto-commit mode, as an application would have.
 * Safe for many threads.
 */
final class DemoConnections implements AutoCloseable {
  /**
   * One of the connections.
   *
   * @param number which, from 0
   * @param connection in auto-commit mode
   */
  record Slot(int number, Connection connection) {}

  /** Work on a connection. */
  @FunctionalInterface
  interface Work {
    /** Does it. */
    void on(Slot slot) throws SQLException;
  }

  /** A question to the database. */
  @FunctionalInterface
  interface Question<R> {
    /** Asks it. */
    R on(Connection connection) throws SQLException;
  }

  private final List<Slot> all = new ArrayList<>();
  private final BlockingQueue<Slot> free;

  DemoConnections(Supplier<Connection> connect, int size) {
    free = new ArrayBlockingQueue<>(size);
    for (int number = 0; number < size; number++) {
      var slot = new Slot(number, connect.get());
      all.add(slot);
      free.add(slot);
    }
  }

  void run(Work work) throws SQLException, InterruptedException {
    Slot slot = free.take();
    try {
      work.on(slot);
    } finally {
      free.add(slot);
    }
  }

  <R> R ask(Question<R> question) throws SQLException, InterruptedException {
    Slot slot = free.take();
    try {
      return question.on(slot.connection());
    } finally {
      free.add(slot);
    }
  }

  @Override
  public void close() throws SQLException {
    for (Slot slot : all) {
      slot.connection().close();
    }
  }
}
