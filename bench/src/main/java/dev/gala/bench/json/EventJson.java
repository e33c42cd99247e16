package dev.gala.bench.json;

import tools.jackson.databind.json.JsonMapper;

/** Events as JSON, for contestants that leave it to the application. */
public final class EventJson {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private EventJson() {}

  /** The bytes of a value. */
  public static byte[] encode(Object value) {
    return MAPPER.writeValueAsBytes(value);
  }

  /** The value of bytes. */
  public static <T> T decode(Class<T> type, byte[] bytes) {
    return MAPPER.readValue(bytes, type);
  }
}
