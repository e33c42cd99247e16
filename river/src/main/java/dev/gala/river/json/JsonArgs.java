package dev.gala.river.json;

import dev.gala.river.job.ArgsCodec;
import java.lang.reflect.Type;
import java.util.Objects;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Job arguments as JSON, by Jackson, with Go's escapes whatever the mapper does. Safe for use by
 * many threads.
 *
 * @param <T> the arguments' type
 */
public final class JsonArgs<T> implements ArgsCodec<T> {
  private final Type type;
  private final ObjectWriter writer;
  private final ObjectReader reader;

  private JsonArgs(Type type, JsonMapper mapper) {
    this.type = Objects.requireNonNull(type, "type");
    this.writer = mapper.writerFor(mapper.constructType(type));
    this.reader = mapper.readerFor(mapper.constructType(type));
  }

  /** Arguments of class {@code type}; its components' names are the keys. */
  public static <T> JsonArgs<T> of(Class<T> type) {
    return of(type, GoMapper.shared());
  }

  /** Arguments of class {@code type}, written by {@code mapper}. */
  public static <T> JsonArgs<T> of(Class<T> type, JsonMapper mapper) {
    return new JsonArgs<>(type, mapper);
  }

  /**
   * {@inheritDoc}
   *
   * @throws tools.jackson.core.JacksonException if Jackson cannot write them
   * @throws IllegalArgumentException if what it wrote is no JSON object
   */
  @Override
  public String encode(T args) {
    String json = GoJson.compact(writer.writeValueAsString(args));
    if (!json.startsWith("{")) {
      throw new IllegalArgumentException(
          "arguments of type "
              + type.getTypeName()
              + " are written as "
              + (json.length() > 40 ? json.substring(0, 40) + "…" : json)
              + ", which is no JSON object: use a record");
    }
    return json;
  }

  /**
   * {@inheritDoc}
   *
   * @throws tools.jackson.core.JacksonException if Jackson cannot read them
   * @throws IllegalArgumentException if they are {@code null}
   */
  @Override
  public T decode(String json) {
    T args = reader.readValue(json);
    if (args == null) {
      throw new IllegalArgumentException(
          "arguments of type " + type.getTypeName() + " are null: expected a JSON object");
    }
    return args;
  }
}
