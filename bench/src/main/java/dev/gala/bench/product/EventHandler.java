package dev.gala.bench.product;

import dev.gala.bench.load.Event;

/** Handles events. Called by many threads at once. */
@FunctionalInterface
public interface EventHandler {
  /**
   * Handles one.
   *
   * @throws Exception to be tried again
   */
  void handle(Event event) throws Exception;
}
