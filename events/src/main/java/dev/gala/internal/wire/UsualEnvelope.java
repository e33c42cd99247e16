package dev.gala.internal.wire;

import dev.gala.event.ContextSnapshot;
import dev.gala.event.Envelope;
import dev.gala.event.EventId;
import dev.gala.event.Headers;
import dev.gala.river.json.GoJson;
import dev.gala.river.json.GoTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads an envelope that is written as ours and Go's mostly are: no header but the listeners, no
 * context, nothing escaped, no white space. That takes a quarter of what {@link EnvelopeReader}
 * takes, which reads whatever is not so.
 */
final class UsualEnvelope {
  private static final String TAIL = ",\"context_snapshot\":{}}";

  private final String json;
  private int at;

  private UsualEnvelope(String json) {
    this.json = json;
  }

  /** What {@link EnvelopeReader} reads of {@code json}; null if it is not written so. */
  static @Nullable Envelope read(String json) {
    return json.endsWith(TAIL) ? new UsualEnvelope(json).envelope() : null;
  }

  private @Nullable Envelope envelope() {
    String id = skip("{\"id\":") ? text() : null;
    String topic = id != null && skip(",\"topic\":") ? text() : null;
    String occurredAt = topic != null && skip(",\"occurred_at\":") ? text() : null;
    if (id == null || topic == null || occurredAt == null) {
      return null;
    }
    Headers headers = skip(",\"headers\":{") ? headers() : null;
    int end = json.length() - TAIL.length();
    if (headers == null || !skip(",\"payload\":") || at > end) {
      return null;
    }
    // One value up to the tail: so nothing else stands between, and nothing is said twice.
    String payload = json.substring(at, end);
    if (!GoJson.isValid(payload)) {
      return null;
    }
    return new Envelope(
        new EventId(id),
        topic,
        GoTime.parse(occurredAt),
        headers,
        payload.strip(),
        ContextSnapshot.empty());
  }

  private @Nullable Headers headers() {
    if (skip("}")) {
      return Headers.none();
    }
    if (!skip("\"listeners\":[")) {
      return null;
    }
    List<String> listeners = new ArrayList<>();
    do {
      String listener = text();
      if (listener == null) {
        return null;
      }
      listeners.add(listener);
    } while (skip(","));
    return skip("]}") ? Headers.none().withListeners(listeners) : null;
  }

  private boolean skip(String expected) {
    boolean there = json.startsWith(expected, at);
    at += there ? expected.length() : 0;
    return there;
  }

  /** A string in which nothing is escaped; null if there is none. */
  private @Nullable String text() {
    if (!skip("\"")) {
      return null;
    }
    int from = at;
    at = GoJson.plainEnd(json, from);
    String text = json.substring(from, at);
    return skip("\"") ? text : null;
  }
}
