package dev.gala.internal.dispatch;

import dev.gala.river.json.GoTime;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What earlier rounds left in the job's metadata. Unmodifiable. Go workers ignore these keys.
 *
 * @param finished listeners that are finished, by name
 * @param deferred how often the job was put back because nobody here could do what is left
 * @param tried names of listeners that ran without finishing
 */
public record Marks(Map<String, Mark> finished, int deferred, Set<String> tried) {
  /** Before the name of a listener: its mark. */
  public static final String LISTENER_PREFIX = "gala:listener:";

  /** How often the job was put back. */
  public static final String DEFERRED = "gala:deferred";

  /** Names of listeners that ran without finishing. */
  public static final String TRIED = "gala:tried";

  private static final String OURS = "gala:";
  private static final Marks NONE = new Marks(Map.of(), 0, Set.of());
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  /** Copies the collections. */
  public Marks {
    finished = Map.copyOf(finished);
    tried = Set.copyOf(tried);
  }

  /** Nothing left. */
  public static Marks none() {
    return NONE;
  }

  /**
   * The marks in a job's metadata. Most jobs have none, which is seen without parsing.
   *
   * @throws IllegalArgumentException if one of our keys holds what we never write, naming it
   */
  public static Marks read(String metadata) {
    if (!metadata.contains(OURS)) {
      return NONE;
    }
    Map<String, JsonNode> entries = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : MAPPER.readTree(metadata).properties()) {
      if (entry.getKey().startsWith(OURS)) {
        entries.put(entry.getKey(), entry.getValue());
      }
    }
    return NONE.merged(entries);
  }

  /**
   * These after {@code patch}, a verdict's metadata, was merged: for jobs that no row holds.
   *
   * @param patch JSON texts by key
   */
  public Marks with(Map<String, String> patch) {
    Map<String, JsonNode> entries = new LinkedHashMap<>();
    patch.forEach((key, json) -> entries.put(key, MAPPER.readTree(json)));
    return merged(entries);
  }

  private Marks merged(Map<String, JsonNode> entries) {
    Map<String, Mark> finished = new LinkedHashMap<>(this.finished);
    Set<String> tried = new LinkedHashSet<>(this.tried);
    int deferred = this.deferred;
    for (Map.Entry<String, JsonNode> entry : entries.entrySet()) {
      String key = entry.getKey();
      JsonNode value = entry.getValue();
      try {
        if (key.startsWith(LISTENER_PREFIX)) {
          String name = key.substring(LISTENER_PREFIX.length());
          finished.remove(name);
          if (!value.isNull()) {
            finished.put(name, mark(value));
          }
        } else if (key.equals(DEFERRED)) {
          deferred = value.isNull() ? 0 : value.intValue();
        } else if (key.equals(TRIED)) {
          tried.clear();
          value.forEach(name -> tried.add(name.stringValue()));
        }
      } catch (RuntimeException unreadable) {
        throw new IllegalArgumentException(
            "metadata key \""
                + key
                + "\" holds "
                + value
                + ", which is no mark of ours: "
                + unreadable.getMessage(),
            unreadable);
      }
    }
    return new Marks(finished, deferred, tried);
  }

  /** The mark of a listener; null if it is not finished. */
  public @Nullable Mark of(String listener) {
    return finished.get(listener);
  }

  /** Whether a listener is finished. */
  public boolean isFinished(String listener) {
    return finished.containsKey(listener);
  }

  private static Mark mark(JsonNode value) {
    return new Mark(
        Mark.state(value.required("state").stringValue()),
        value.required("attempt").intValue(),
        GoTime.parse(value.required("at").stringValue()),
        Duration.ofMillis(value.path("ms").longValue(0)));
  }
}
