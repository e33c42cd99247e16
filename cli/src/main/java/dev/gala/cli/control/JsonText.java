package dev.gala.cli.control;

import dev.gala.river.json.GoJson;
import dev.gala.river.json.GoTime;
import java.time.Instant;
import java.util.Collection;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Writes a JSON object, member by member, in the order of the calls. */
final class JsonText {
  private final StringBuilder json = new StringBuilder("{");

  JsonText number(String key, long value) {
    key(key).append(value);
    return this;
  }

  JsonText text(String key, @Nullable String value) {
    return raw(key, value == null ? "null" : GoJson.quote(value));
  }

  JsonText time(String key, @Nullable Instant value) {
    return raw(key, value == null ? "null" : GoJson.quote(iso(value)));
  }

  /** JSON that is text already; what is no JSON is written as a text. */
  JsonText json(String key, String value) {
    return raw(key, GoJson.isValid(value) ? GoJson.compact(value) : GoJson.quote(value));
  }

  /** An array. */
  <T> JsonText array(String key, Collection<T> values, Function<T, String> writer) {
    return raw(key, "[" + String.join(",", values.stream().map(writer).toList()) + "]");
  }

  String end() {
    return json + "}";
  }

  /** RFC 3339 in UTC; also of years that it does not have. */
  static String iso(Instant time) {
    return time.isBefore(GoTime.ZERO) || time.getEpochSecond() >= 253_402_300_800L
        ? time.toString()
        : GoTime.format(time);
  }

  private JsonText raw(String key, String value) {
    key(key).append(value);
    return this;
  }

  private StringBuilder key(String key) {
    if (json.length() > 1) {
      json.append(',');
    }
    GoJson.quote(json, key);
    return json.append(':');
  }
}
