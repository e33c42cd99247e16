package dev.gala.spi;

import dev.gala.event.Codec;
import java.lang.reflect.Type;

/** Makes the codecs of topics that bring none. Safe for use by many threads. */
@FunctionalInterface
public interface CodecFactory {
  /**
   * A codec of payloads of {@code type}; asked once per topic.
   *
   * @param <T> what {@code type} stands for
   * @throws RuntimeException if the type cannot be handled; the topic is not registered
   */
  <T> Codec<T> codec(Type type);
}
