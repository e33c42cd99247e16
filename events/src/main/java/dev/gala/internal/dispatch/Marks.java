package dev.gala.internal.dispatch;

import dev.gala.river.json.JsonObjects;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
    Map<String, String> ours = new LinkedHashMap<>();
    JsonObjects.members(metadata)
        .forEach(
            (key, json) -> {
              if (key.startsWith(OURS)) {
                ours.put(key, json);
              }
            });
    return NONE.with(ours);
  }

  /**
   * These after {@code patch}, a verdict's metadata, was merged.
   *
   * @param patch JSON texts by key
   * @throws IllegalArgumentException if one of our keys holds what we never write, naming it
   */
  public Marks with(Map<String, String> patch) {
    Map<String, Mark> finished = new LinkedHashMap<>(this.finished);
    Set<String> tried = new LinkedHashSet<>(this.tried);
    int deferred = this.deferred;
    for (Map.Entry<String, String> entry : patch.entrySet()) {
      String key = entry.getKey();
      String json = entry.getValue();
      boolean gone = json.equals("null");
      try {
        if (key.startsWith(LISTENER_PREFIX)) {
          String name = key.substring(LISTENER_PREFIX.length());
          finished.remove(name);
          if (!gone) {
            finished.put(name, Mark.read(json));
          }
        } else if (key.equals(DEFERRED)) {
          deferred = gone ? 0 : Integer.parseInt(json);
        } else if (key.equals(TRIED)) {
          tried.clear();
          tried.addAll(gone ? List.of() : JsonObjects.texts(json));
        }
      } catch (RuntimeException unreadable) {
        throw new IllegalArgumentException(
            "metadata key \"" + key + "\" holds " + json + ", which is no mark of ours",
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
}
