package dev.gala.event;

import dev.gala.river.json.JsonObjects;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Fields for log lines that travel with an event. While a context that holds some is the current
 * one of a thread, they stand in that thread's {@link MDC}; afterwards the MDC is as it was.
 * Carried by {@link dev.gala.context.LogFieldsCodec}.
 *
 * @param values JSON texts by name; in the MDC a JSON string stands as its text, anything else as
 *     it is written
 */
public record LogFields(Map<String, String> values) {
  /** Where a context holds its fields. */
  public static final ContextKey<LogFields> KEY = ContextKey.of("log_fields", LogFields.class);

  /** Copies the map. */
  public LogFields {
    values = Map.copyOf(values);
  }

  /** What stands in the MDC for a field; null if there is no such field. */
  public @Nullable String text(String name) {
    String json = values.get(name);
    if (json == null || !json.startsWith("\"")) {
      return json;
    }
    return JsonObjects.texts('[' + json + ']').getFirst();
  }

  /** Puts the fields into this thread's MDC; the result puts back what was there. */
  Runnable bind() {
    Map<String, @Nullable String> before = new HashMap<>();
    for (String name : values.keySet()) {
      before.put(name, MDC.get(name));
      MDC.put(name, text(name));
    }
    return () -> before.forEach(LogFields::set);
  }

  private static void set(String name, @Nullable String value) {
    if (value == null) {
      MDC.remove(name);
    } else {
      MDC.put(name, value);
    }
  }
}
