package dev.gala.json;

import dev.gala.event.Codec;
import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.internal.wire.GoTextCodec;
import dev.gala.river.json.GoJson;
import dev.gala.river.json.GoMapper;
import dev.gala.spi.CodecFactory;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * The codecs of topics that bring none: JSON by Jackson. Components of records are named in
 * snake_case, as Go programs mostly do; unknown properties are ignored; what is missing reads as
 * zero, false or null. Whatever the mapper does, strings get Go's escapes.
 */
public final class JsonCodecs implements CodecFactory {
  private static final JsonCodecs DEFAULTS = new JsonCodecs(builder().build());

  private final JsonMapper mapper;

  private JsonCodecs(JsonMapper mapper) {
    this.mapper = Objects.requireNonNull(mapper, "mapper");
  }

  /** With the mapper of {@link #builder()}. */
  public static JsonCodecs defaults() {
    return DEFAULTS;
  }

  /** With a mapper of one's own; start from {@link #builder()} to keep Go's form. */
  public static JsonCodecs of(JsonMapper mapper) {
    return new JsonCodecs(mapper);
  }

  /** A builder of mappers that write Go's form and name properties in snake_case. */
  public static JsonMapper.Builder builder() {
    return GoMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);
  }

  @Override
  public <T> Codec<T> codec(Type type) {
    return new JsonCodec<>(
        type,
        mapper.writerFor(mapper.constructType(type)),
        mapper.readerFor(mapper.constructType(type)));
  }

  private record JsonCodec<T>(Type type, ObjectWriter writer, ObjectReader reader)
      implements GoTextCodec<T> {
    @Override
    public byte[] encode(T payload) {
      return encodeText(payload).getBytes(StandardCharsets.UTF_8);
    }

    /** Made compact whatever the mapper does. */
    @Override
    public String encodeText(T payload) {
      return GoJson.compact(writer.writeValueAsString(payload));
    }

    @Override
    public T decode(byte[] bytes) {
      if (bytes.length == 0) {
        throw new GalaException(
            GalaError.ENVELOPE_PAYLOAD_REQUIRED, "no bytes to read a " + name() + " from");
      }
      T payload = reader.readValue(bytes);
      if (payload == null) {
        throw new GalaException(
            GalaError.PAYLOAD_DECODE_FAILED,
            "the payload is null where a " + name() + " is needed: emit a value");
      }
      return payload;
    }

    private String name() {
      return type.getTypeName();
    }
  }
}
