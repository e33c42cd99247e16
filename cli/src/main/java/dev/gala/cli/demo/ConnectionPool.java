package dev.gala.cli.demo;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Supplier;

/**
 * A few connections of the demonstration's own, as an application would have. Safe for many
 * threads.
 */
final class ConnectionPool implements AutoCloseable {
  /** Work in a transaction. */
  @FunctionalInterface
  interface Work {
    /** Does it; what it throws rolls the transaction back. */
    void in(Connection connection) throws SQLException;
  }

  /** A question to the database. */
  @FunctionalInterface
  interface Question<R> {
    /** Asks it. */
    R on(Connection connection) throws SQLException;
  }

  private final List<Connection> all = new ArrayList<>();
  private final BlockingQueue<Connection> free;

  ConnectionPool(Supplier<Connection> connect, int size) throws SQLException {
    free = new ArrayBlockingQueue<>(size);
    for (int i = 0; i < size; i++) {
      Connection connection = connect.get();
      connection.setAutoCommit(false);
      all.add(connection);
      free.add(connection);
    }
  }

  /** Does {@code work} in a transaction, committed when this returns. */
  void inTransaction(Work work) throws SQLException, InterruptedException {
    ask(
        connection -> {
          work.in(connection);
          return Boolean.TRUE;
        });
  }

  /** Asks {@code question} in a transaction, committed when this returns. */
  <R> R ask(Question<R> question) throws SQLException, InterruptedException {
    Connection connection = free.take();
    try {
      R result = question.on(connection);
      connection.commit();
      return result;
    } catch (SQLException | RuntimeException e) {
      connection.rollback();
      throw e;
    } finally {
      free.add(connection);
    }
  }

  @Override
  public void close() throws SQLException {
    for (Connection connection : all) {
      connection.close();
    }
  }
}
