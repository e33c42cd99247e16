package dev.gala.context;

import dev.gala.event.Codec;
import dev.gala.event.ContextKey;
import dev.gala.event.EventContext;
import dev.gala.json.JsonCodecs;
import dev.gala.spi.ContextCodec;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;

/**
 * Stores the value of a {@link ContextKey} under a stable id, so that any value that JSON can hold
 * travels with events.
 *
 * @param <T> the value's type
 */
public final class KeyCodec<T> implements ContextCodec {
  private final String id;
  private final ContextKey<T> key;
  private final Codec<T> codec;

  private KeyCodec(String id, ContextKey<T> key, Codec<T> codec) {
    this.id = Objects.requireNonNull(id, "id");
    this.key = Objects.requireNonNull(key, "key");
    this.codec = Objects.requireNonNull(codec, "codec");
  }

  /** Stores the value of {@code key} under {@code id}, as JSON in snake_case. */
  public static <T> KeyCodec<T> of(String id, ContextKey<T> key) {
    return of(id, key, JsonCodecs.defaults().codec(key.type()));
  }

  /**
   * Stores the value of {@code key} under {@code id}.
   *
   * @param codec writes JSON
   */
  public static <T> KeyCodec<T> of(String id, ContextKey<T> key, Codec<T> codec) {
    return new KeyCodec<>(id, key, codec);
  }

  @Override
  public String key() {
    return id;
  }

  @Override
  public Optional<String> capture(EventContext context) throws Exception {
    T value = context.get(key);
    return value == null
        ? Optional.empty()
        : Optional.of(new String(codec.encode(value), StandardCharsets.UTF_8));
  }

  @Override
  public EventContext restore(EventContext context, String json) throws Exception {
    return context.with(key, codec.decode(json.getBytes(StandardCharsets.UTF_8)));
  }
}
