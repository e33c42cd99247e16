package dev.gala.river.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteConstraints;
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
              .streamWriteConstraints(
                  StreamWriteConstraints.builder().maxNestingDepth(10_000).build())
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

  /**
   * The members of an object: their values as JSON texts, in the order written.
   *
   * @throws IllegalArgumentException if {@code json} is no object
   */
  public static Map<String, String> members(String json) {
    Map<String, String> members = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> member : read(json, JsonNode::isObject).properties()) {
      members.put(member.getKey(), MAPPER.writeValueAsString(member.getValue()));
    }
    return members;
  }

  /**
   * The texts in an array.
   *
   * @throws IllegalArgumentException if {@code json} is no array of texts
   */
  public static List<String> texts(String json) {
    List<String> texts = new ArrayList<>();
    for (JsonNode element : read(json, JsonNode::isArray)) {
      if (!element.isString()) {
        throw unexpected(json, null);
      }
      texts.add(element.stringValue());
    }
    return texts;
  }

  private static JsonNode read(String json, Predicate<JsonNode> expected) {
    try {
      JsonNode node = MAPPER.readTree(json);
      if (expected.test(node)) {
        return node;
      }
    } catch (JacksonException e) {
      throw unexpected(json, e);
    }
    throw unexpected(json, null);
  }

  private static IllegalArgumentException unexpected(String json, @Nullable Throwable cause) {
    return new IllegalArgumentException("not what was expected here: " + json, cause);
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
