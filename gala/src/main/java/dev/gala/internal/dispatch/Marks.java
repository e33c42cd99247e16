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
    Map<String, Mark> finished = new LinkedHashMap<>();
    Set<String> tried = new LinkedHashSet<>();
    int deferred = 0;
    for (Map.Entry<String, JsonNode> entry : MAPPER.readTree(metadata).properties()) {
      String key = entry.getKey();
      JsonNode value = entry.getValue();
      if (!key.startsWith(OURS) || value.isNull()) {
        continue;
      }
      try {
        if (key.startsWith(LISTENER_PREFIX)) {
          finished.put(key.substring(LISTENER_PREFIX.length()), mark(value));
        } else if (key.equals(DEFERRED)) {
          deferred = value.intValue();
        } else if (key.equals(TRIED)) {
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
