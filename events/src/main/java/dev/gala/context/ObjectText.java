package dev.gala.context;

import dev.gala.river.json.GoJson;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes one JSON object in Go's form, leaving out what is empty. */
final class ObjectText {
  private final StringBuilder out = new StringBuilder("{");

  ObjectText text(String name, String value) {
    if (!value.isEmpty()) {
      name(name);
      GoJson.quote(out, value);
    }
    return this;
  }

  ObjectText texts(String name, List<String> values) {
    if (!values.isEmpty()) {
      name(name);
      char before = '[';
      for (String value : values) {
        out.append(before);
        GoJson.quote(out, value);
        before = ',';
      }
      out.append(']');
    }
    return this;
  }

  /** A value that is JSON already; null for none. */
  ObjectText raw(String name, @Nullable String json) {
    if (json != null) {
      name(name);
      out.append(json);
    }
    return this;
  }

  /** The object; nothing may be written afterwards. */
  String end() {
    return out.append('}').toString();
  }

  private void name(String name) {
    if (out.length() > 1) {
      out.append(',');
    }
    GoJson.quote(out, name);
    out.append(':');
  }
}
