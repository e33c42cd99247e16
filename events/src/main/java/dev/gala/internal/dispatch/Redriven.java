package dev.gala.internal.dispatch;

import dev.gala.river.json.GoJson;
import dev.gala.river.json.GoTime;
import dev.gala.river.json.JsonObjects;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * That an event was asked to be handled again after its job had ended.
 *
 * @param at when
 * @param only the listeners that are meant; of no account if all that are not finished are
 * @param rest what all others that are not finished count as; null if all that are not finished are
 *     meant
 */
public record Redriven(Instant at, Set<String> only, @Nullable Mark rest) {
  /** Copies the set. */
  public Redriven {
    only = Set.copyOf(only);
  }

  /** Of all listeners that are not finished. */
  public static Redriven all(Instant at) {
    return new Redriven(at, Set.of(), null);
  }

  /** As stored. */
  public String json() {
    String when = "{\"at\":\"" + GoTime.format(at) + '"';
    if (rest == null) {
      return when + '}';
    }
    return when
        + ",\"only\":"
        + new TreeSet<>(only).stream().map(GoJson::quote).collect(Collectors.joining(",", "[", "]"))
        + ",\"rest\":"
        + rest.json()
        + '}';
  }

  /**
   * As it was stored.
   *
   * @throws RuntimeException if it was not
   */
  static Redriven read(String json) {
    Map<String, String> members = JsonObjects.members(json);
    String at = JsonObjects.textAt(json, "at");
    if (at == null) {
      throw new IllegalArgumentException("it does not say when: " + Marks.abridged(json));
    }
    String rest = members.get("rest");
    List<String> only = JsonObjects.texts(members.getOrDefault("only", "[]"));
    return new Redriven(GoTime.parse(at), Set.copyOf(only), rest == null ? null : Mark.read(rest));
  }
}
