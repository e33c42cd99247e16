package dev.gala.internal.dispatch;

import dev.gala.river.json.GoTime;
import dev.gala.river.json.JsonObjects;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What earlier rounds left in the job's metadata. Unmodifiable. Go workers ignore these keys.
 *
 * @param finished listeners that are finished, by name
 * @param deferred how often the job was put back because nobody here could do what is left
 * @param tried names of listeners that ran without finishing
 * @param missing names of listeners the event was ended without, empty if there was none at all;
 *     null if none was missing
 * @param redriven that it was redriven, and whom for; null if it was not
 * @param waitingSince when the job was first put back for listeners that were not there, and still
 *     are not; null if it was not
 */
public record Marks(
    Map<String, Mark> finished,
    int deferred,
    Set<String> tried,
    @Nullable List<String> missing,
    @Nullable Redriven redriven,
    @Nullable Instant waitingSince) {
  /** Before the name of a listener: its mark. */
  public static final String LISTENER_PREFIX = "gala:listener:";

  /** How often the job was put back. */
  public static final String DEFERRED = "gala:deferred";

  /** Names of listeners that ran without finishing. */
  public static final String TRIED = "gala:tried";

  /** Names of listeners the event was ended without. */
  public static final String MISSING = "gala:missing";

  /** That the event was redriven, and whom for. */
  public static final String REDRIVEN = "gala:redriven";

  /** Since when listeners are waited for that are not there. */
  public static final String WAITING_SINCE = "gala:waiting_since";

  private static final String OURS = "gala:";
  private static final Marks NONE = new Marks(Map.of(), 0, Set.of());

  /** Copies the collections. */
  public Marks {
    finished = Map.copyOf(finished);
    tried = Set.copyOf(tried);
    missing = missing == null ? null : List.copyOf(missing);
  }

  /** Of an event that was never ended. */
  public Marks(Map<String, Mark> finished, int deferred, Set<String> tried) {
    this(finished, deferred, tried, null, null, null);
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
    List<String> missing = this.missing;
    Redriven redriven = this.redriven;
    Instant waitingSince = this.waitingSince;
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
        } else if (key.equals(MISSING)) {
          missing = gone ? null : JsonObjects.texts(json);
        } else if (key.equals(REDRIVEN)) {
          redriven = gone ? null : Redriven.read(json);
        } else if (key.equals(WAITING_SINCE)) {
          waitingSince = gone ? null : GoTime.parse(JsonObjects.texts("[" + json + "]").getFirst());
        }
      } catch (RuntimeException unreadable) {
        throw new IllegalArgumentException(
            "metadata key \"" + key + "\" holds " + abridged(json) + ", which is no mark of ours",
            unreadable);
      }
    }
    return new Marks(finished, deferred, tried, missing, redriven, waitingSince);
  }

  /**
   * These, where those of {@code names} that a redrive left out are finished: they count as they
   * ended before. Who was missing counts for nothing.
   */
  Marks settled(Collection<String> names) {
    if (redriven == null || redriven.rest() == null) {
      return this;
    }
    Mark rest = redriven.rest();
    Mark none = new Mark(Mark.State.SUCCEEDED, rest.attempt(), rest.at(), Duration.ZERO);
    Map<String, Mark> settled = new LinkedHashMap<>(finished);
    for (String name : names) {
      if (!redriven.only().contains(name)) {
        settled.putIfAbsent(name, isMissing(name) ? none : rest);
      }
    }
    return new Marks(settled, deferred, tried, missing, redriven, waitingSince);
  }

  /** The listeners that are finished only because a redrive left them out. */
  Set<String> leftOut() {
    if (redriven == null || redriven.rest() == null) {
      return Set.of();
    }
    Mark rest = redriven.rest();
    return finished.entrySet().stream()
        .filter(entry -> entry.getValue().equals(rest) || isMissing(entry.getKey()))
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Whether the event was ended without this listener. */
  public boolean isMissing(String listener) {
    return missing != null && missing.contains(listener);
  }

  /** Whether nobody is told of here who did not succeed, or was not there. */
  public boolean tellOfSuccessOnly() {
    return missing == null
        && finished.values().stream().allMatch(mark -> mark.state() == Mark.State.SUCCEEDED);
  }

  /** As much of a text as fits in a message. */
  static String abridged(String json) {
    return json.length() > 200 ? json.substring(0, 200) + "…" : json;
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
