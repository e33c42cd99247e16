package dev.gala.river.memory;

import dev.gala.river.json.GoJson;
import dev.gala.river.json.JsonObjects;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What PostgreSQL does with jsonb. */
final class Json {
  private Json() {}

  /** {@code object || patch}. */
  static String merged(String object, @Nullable String patch) {
    if (patch == null) {
      return object;
    }
    Map<String, String> members = new LinkedHashMap<>(JsonObjects.members(object));
    members.putAll(JsonObjects.members(patch));
    return object(members);
  }

  /** {@code object - keys}. */
  static String without(String object, List<String> keys) {
    Map<String, String> members = new LinkedHashMap<>(JsonObjects.members(object));
    keys.forEach(members::remove);
    return object(members);
  }

  /** {@code whole @> part}, but for its exceptions. */
  static boolean contains(String whole, String part) {
    if (whole.startsWith("{") && part.startsWith("{")) {
      Map<String, String> members = JsonObjects.members(whole);
      return JsonObjects.members(part).entrySet().stream()
          .allMatch(
              wanted -> {
                String has = members.get(wanted.getKey());
                return has != null && contains(has, wanted.getValue());
              });
    }
    if (whole.startsWith("[") && part.startsWith("[")) {
      List<String> elements = JsonObjects.elements(whole);
      return JsonObjects.elements(part).stream()
          .allMatch(wanted -> elements.stream().anyMatch(has -> contains(has, wanted)));
    }
    return whole.equals(part);
  }

  /** {@code object #>> path}, as far as it leads through objects. */
  static @Nullable String textAt(String object, List<String> path) {
    String at = object;
    for (String name : path.subList(0, path.size() - 1)) {
      String next = at.startsWith("{") ? JsonObjects.members(at).get(name) : null;
      if (next == null) {
        return null;
      }
      at = next;
    }
    String value = at.startsWith("{") ? JsonObjects.members(at).get(path.getLast()) : null;
    if (value == null || value.equals("null")) {
      return null;
    }
    return value.startsWith("\"") ? JsonObjects.textAt(at, path.getLast()) : value;
  }

  private static String object(Map<String, String> members) {
    return members.entrySet().stream()
        .map(member -> GoJson.quote(member.getKey()) + ":" + member.getValue())
        .collect(Collectors.joining(",", "{", "}"));
  }
}
