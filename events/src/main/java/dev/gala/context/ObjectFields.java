package dev.gala.context;

import dev.gala.river.json.JsonObjects;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one JSON object field by field; what nobody asked for is left over. */
final class ObjectFields {
  private final Map<String, String> members;

  /**
   * The fields of {@code json}.
   *
   * @throws IllegalArgumentException if it is no object
   */
  ObjectFields(String json) {
    members = JsonObjects.members(json);
  }

  /** A text; empty if it is missing or null. */
  String text(String name) {
    String json = raw(name);
    return json == null ? "" : JsonObjects.texts('[' + json + ']').getFirst();
  }

  /** Texts; none if they are missing or null. */
  List<String> texts(String name) {
    String json = raw(name);
    return json == null ? List.of() : JsonObjects.texts(json);
  }

  /** False if it is missing or null. */
  boolean truth(String name) {
    return Boolean.parseBoolean(raw(name));
  }

  /** 64 bits, unsigned on the wire; 0 if they are missing or null. */
  long bits(String name) {
    String json = raw(name);
    return json == null ? 0 : Long.parseUnsignedLong(json);
  }

  /** A value as JSON; null if it is missing or null. */
  @Nullable String raw(String name) {
    String json = members.remove(name);
    return json == null || json.equals("null") ? null : json;
  }

  /** What was not asked for. */
  Map<String, String> rest() {
    return members;
  }
}
