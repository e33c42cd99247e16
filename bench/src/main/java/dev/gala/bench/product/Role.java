package dev.gala.bench.product;

import org.jspecify.annotations.Nullable;

/**
 * What a client is for.
 *
 * @param handler what it does with events; null if it only emits
 * @param listeners how many take each event, each by the handler
 */
public record Role(@Nullable EventHandler handler, int listeners) {
  /** Emits only. */
  public static Role emitter(int listeners) {
    return new Role(null, listeners);
  }

  /** Works, and may emit too. */
  public static Role worker(EventHandler handler, int listeners) {
    return new Role(handler, listeners);
  }
}
