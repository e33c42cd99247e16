package dev.gala.internal.dispatch;

import dev.gala.river.json.GoJson;
import dev.gala.river.json.GoTime;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Collects what is to be written to the job's metadata: JSON texts by top-level key. */
final class MarkPatch {
  private final Map<String, String> patch = new LinkedHashMap<>();

  void finished(String listener, Mark mark) {
    patch.put(Marks.LISTENER_PREFIX + listener, mark.json());
  }

  /** Forgets a mark; metadata are merged, so that a key can be emptied but not removed. */
  void forgotten(String listener) {
    patch.put(Marks.LISTENER_PREFIX + listener, "null");
  }

  void deferred(int count) {
    patch.put(Marks.DEFERRED, Integer.toString(count));
  }

  void waitingSince(Instant since) {
    patch.put(Marks.WAITING_SINCE, '"' + GoTime.format(since) + '"');
  }

  void waitingNoMore() {
    patch.put(Marks.WAITING_SINCE, "null");
  }

  void tried(Collection<String> names) {
    patch.put(Marks.TRIED, texts(new TreeSet<>(names)));
  }

  void missing(Collection<String> names) {
    patch.put(Marks.MISSING, texts(names));
  }

  void nobodyMissing() {
    patch.put(Marks.MISSING, "null");
  }

  void redriven(Redriven redriven) {
    patch.put(Marks.REDRIVEN, redriven.json());
  }

  private static String texts(Collection<String> names) {
    return names.stream().map(GoJson::quote).collect(Collectors.joining(",", "[", "]"));
  }

  Map<String, String> toMap() {
    return Collections.unmodifiableMap(patch);
  }
}
