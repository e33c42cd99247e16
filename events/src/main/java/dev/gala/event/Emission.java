package dev.gala.event;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One event to emit, one of several.
 *
 * @param topic the topic
 * @param payload the payload; null only if the options hold an encoded one
 * @param options how
 * @param <T> the payload's type
 */
public record Emission<T>(Topic<T> topic, @Nullable T payload, EmitOptions options) {
  /** Refuses null for topic and options. */
  public Emission {
    Objects.requireNonNull(topic, "topic");
    Objects.requireNonNull(options, "options");
  }

  /** An event with nothing given but its payload. */
  public static <T> Emission<T> of(Topic<T> topic, T payload) {
    return new Emission<>(topic, payload, EmitOptions.none());
  }

  /** This with other options. */
  public Emission<T> withOptions(EmitOptions options) {
    return new Emission<>(topic, payload, options);
  }
}
