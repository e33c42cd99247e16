package dev.gala.bench.memory;

import dev.gala.bench.load.Event;

/** Brings events to a handler in the same process. Safe for many threads. */
interface Bus extends AutoCloseable {
  /** Emits an event; it may be handled later. */
  void emit(Event event);

  @Override
  default void close() {}
}
