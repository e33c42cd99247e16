package dev.gala.internal.wire;

import dev.gala.event.ContextSnapshot;
import dev.gala.event.Envelope;
import dev.gala.event.Headers;
import dev.gala.river.json.GoJson;
import dev.gala.river.json.GoTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Writes an envelope, field by field, in Go's order. */
final class EnvelopeWriter {
  private final StringBuilder out;

  private EnvelopeWriter(StringBuilder out) {
    this.out = out;
  }

  static String write(Envelope envelope) {
    StringBuilder out = new StringBuilder(envelope.payload().length() + 512);
    new EnvelopeWriter(out).envelope(envelope);
    return out.toString();
  }

  private void envelope(Envelope envelope) {
    out.append("{\"id\":");
    GoJson.quote(out, envelope.id().value());
    out.append(",\"topic\":");
    GoJson.quote(out, envelope.topic());
    out.append(",\"occurred_at\":\"");
    GoTime.append(out, envelope.occurredAt());
    out.append("\",\"headers\":{");
    headers(envelope.headers());
    out.append("},\"payload\":");
    raw(envelope.payload().isEmpty() ? "null" : envelope.payload());
    out.append(",\"context_snapshot\":{");
    snapshot(envelope.contextSnapshot());
    out.append('}');
    entries(envelope.unknown(), this::rawEntry);
    out.append('}');
  }

  private void headers(Headers headers) {
    text("idempotency_key", headers.idempotencyKey());
    object("properties", headers.properties(), this::textEntry);
    texts("tags", headers.tags());
    texts("listeners", headers.listeners());
    text("queue", headers.queue());
    if (headers.maxAttempts() != 0) {
      name("max_attempts");
      out.append(headers.maxAttempts());
    }
    text("kind", headers.kind());
    text("scheduled_at", headers.scheduledAt());
    text("unique_key", headers.uniqueKey());
    truth("skip_unique_key", headers.skipUniqueKey());
    truth("unique_once", headers.uniqueOnce());
    if (headers.metadata() != null) {
      name("metadata");
      raw(headers.metadata());
    }
    entries(headers.unknown(), this::rawEntry);
  }

  private void snapshot(ContextSnapshot snapshot) {
    object("values", snapshot.values(), this::rawEntry);
    object("flags", snapshot.flags(), this::truthEntry);
    entries(snapshot.unknown(), this::rawEntry);
  }

  private <V> void object(String name, Map<String, V> map, BiConsumer<String, V> entry) {
    if (!map.isEmpty()) {
      name(name);
      out.append('{');
      entries(map, entry);
      out.append('}');
    }
  }

  /** The entries in the order of their keys' UTF-8 bytes, each after a comma where one is due. */
  private <V> void entries(Map<String, V> map, BiConsumer<String, V> entry) {
    if (map.size() < 2) {
      map.forEach(entry);
      return;
    }
    String[] keys = map.keySet().toArray(new String[0]);
    Arrays.sort(keys, GoJson.KEY_ORDER);
    for (String key : keys) {
      V value = map.get(key);
      if (value != null) {
        entry.accept(key, value);
      }
    }
  }

  private void rawEntry(String name, String json) {
    name(name);
    raw(json);
  }

  private void textEntry(String name, String text) {
    name(name);
    GoJson.quote(out, text);
  }

  private void truthEntry(String name, boolean truth) {
    name(name);
    out.append(truth);
  }

  private void text(String name, @Nullable String text) {
    if (text != null) {
      textEntry(name, text);
    }
  }

  private void truth(String name, boolean truth) {
    if (truth) {
      truthEntry(name, true);
    }
  }

  private void texts(String name, List<String> texts) {
    if (texts.isEmpty()) {
      return;
    }
    name(name);
    char before = '[';
    for (String text : texts) {
      out.append(before);
      GoJson.quote(out, text);
      before = ',';
    }
    out.append(']');
  }

  private void raw(String json) {
    GoJson.compact(out, json);
  }

  private void name(String name) {
    if (out.charAt(out.length() - 1) != '{') {
      out.append(',');
    }
    GoJson.quote(out, name);
    out.append(':');
  }
}
