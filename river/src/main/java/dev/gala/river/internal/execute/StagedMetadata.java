package dev.gala.river.internal.execute;

import dev.gala.river.json.GoJson;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** Top-level keys of metadata to merge with an attempt's outcome. Safe for many threads. */
final class StagedMetadata {
  private final Map<String, String> jsonByKey = new ConcurrentSkipListMap<>();

  void put(String key, String json) {
    jsonByKey.put(key, json);
  }

  /**
   * A copy, with more keys of the worker's own.
   *
   * @throws dev.gala.river.job.RiverException if a key is River's, or a value is no JSON
   */
  StagedMetadata with(Map<String, String> json) {
    var copy = new StagedMetadata();
    copy.jsonByKey.putAll(jsonByKey);
    json.forEach((key, value) -> copy.put(AttemptContext.ownKey(key, value), value));
    return copy;
  }

  /** The patch as one JSON object, or null if nothing is staged. */
  @Nullable String toJson() {
    if (jsonByKey.isEmpty()) {
      return null;
    }
    var json = new StringBuilder("{");
    jsonByKey.forEach(
        (key, value) -> {
          if (json.length() > 1) {
            json.append(',');
          }
          json.append(GoJson.quote(key)).append(':').append(value);
        });
    return json.append('}').toString();
  }
}
