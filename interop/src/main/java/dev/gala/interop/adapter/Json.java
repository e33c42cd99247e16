package dev.gala.interop.adapter;

import dev.gala.river.json.GoJson;
import dev.gala.river.json.GoTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes JSON as Go does. */
final class Json {
  private Json() {}

  /** An object of names and their values, each already JSON, in turn. */
  static String object(String... namesAndValues) {
    var out = new StringBuilder("{");
    for (int i = 0; i < namesAndValues.length; i += 2) {
      out.append(i == 0 ? "" : ",");
      GoJson.quote(out, namesAndValues[i]);
      out.append(':').append(namesAndValues[i + 1]);
    }
    return out.append('}').toString();
  }

  /** An array of values, each already JSON. */
  static String array(List<String> values) {
    return "[" + String.join(",", values) + "]";
  }

  static String text(@Nullable String text) {
    return text == null ? "null" : GoJson.quote(text);
  }

  static String texts(List<String> texts) {
    return texts.stream().map(GoJson::quote).collect(Collectors.joining(",", "[", "]"));
  }

  static String time(@Nullable Instant time) {
    return time == null ? "null" : '"' + GoTime.format(time) + '"';
  }
}
