package dev.gala.bench.product;

import dev.gala.bench.load.Event;
import dev.gala.bench.load.Skipped;
import java.sql.Connection;
import java.util.List;

/** A product in use. Safe for many threads. */
public interface Client extends AutoCloseable {
  /** Emits an event; committed when it returns. */
  void emit(Event event) throws Exception;

  /** Emits events in one go; committed when it returns. */
  void emitAll(List<Event> events) throws Exception;

  /**
   * Emits an event in the transaction open on a connection.
   *
   * @throws Skipped if the product cannot
   */
  default void emitIn(Connection connection, Event event) throws Exception {
    throw new Skipped("cannot emit in a transaction of the application's");
  }

  /** Starts working; works when it returns. */
  void start() throws Exception;

  /** Ends, with everything written. */
  @Override
  void close() throws Exception;
}
