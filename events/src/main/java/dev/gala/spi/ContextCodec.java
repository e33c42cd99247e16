package dev.gala.spi;

import dev.gala.event.EventContext;
import java.util.Optional;

/** Stores one value of the context with an event and restores it. Safe for use by many threads. */
public interface ContextCodec {
  /** Under which key it is stored: stable, unique, not empty. */
  String key();

  /**
   * The value as JSON text; empty if the context has none.
   *
   * @throws Exception if it cannot be written; the emit fails
   */
  Optional<String> capture(EventContext context) throws Exception;

  /**
   * The context with the value that {@code json} holds.
   *
   * @throws Exception if it cannot be read; the attempt fails
   */
  EventContext restore(EventContext context, String json) throws Exception;
}
