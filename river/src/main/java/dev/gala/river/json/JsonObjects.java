package dev.gala.river.json;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads single values out of JSON objects that somebody else wrote: what does not fit is not there.
 */
public final class JsonObjects {
  /** As deep as Go reads, and texts of any length: the database has its own limits. */
  private static final JsonMapper MAPPER =
      new JsonMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder()
                      .maxNestingDepth(10_000)
                      .maxNumberLength(Integer.MAX_VALUE)
                      .maxStringLength(Integer.MAX_VALUE)
                      .build())
              .build());

  private JsonObjects() {}

  /** The text at a top-level key; null if there is none, or {@code json} is no object. */
  public static @Nullable String textAt(String json, String key) {
    JsonNode value = at(json, key);
    return value != null && value.isString() ? value.stringValue() : null;
  }

  /** The whole number at a top-level key; {@code otherwise} if there is none that fits. */
  public static int intAt(String json, String key, int otherwise) {
    JsonNode value = at(json, key);
    return value != null && value.isIntegralNumber() && value.canConvertToInt()
        ? value.intValue()
        : otherwise;
  }

  private static @Nullable JsonNode at(String json, String key) {
    try {
      return MAPPER.readTree(json).get(key);
    } catch (JacksonException e) {
      // Text that is no JSON holds no value; whoever asks says what that means.
      return null;
    }
  }
}
