package dev.gala.context;

import dev.gala.event.ContextKey;
import dev.gala.event.EventContext;
import dev.gala.spi.ContextCodec;
import java.util.Optional;

/**
 * Stores the one value of a type: that of {@link ContextKey#ofType}.
 *
 * @param <T> the value's type
 */
public final class TypedContextCodec<T> implements ContextCodec {
  private final KeyCodec<T> codec;

  private TypedContextCodec(KeyCodec<T> codec) {
    this.codec = codec;
  }

  /** Stores the value of class {@code type} under {@code id}, as JSON in snake_case. */
  public static <T> TypedContextCodec<T> of(String id, Class<T> type) {
    return new TypedContextCodec<>(KeyCodec.of(id, ContextKey.ofType(type)));
  }

  @Override
  public String key() {
    return codec.key();
  }

  @Override
  public Optional<String> capture(EventContext context) throws Exception {
    return codec.capture(context);
  }

  @Override
  public EventContext restore(EventContext context, String json) throws Exception {
    return codec.restore(context, json);
  }
}
