package dev.gala.internal.memory;

import dev.gala.event.Envelope;
import dev.gala.event.EventId;
import dev.gala.event.Headers;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The unique keys of events that wait or run, and of those that are unique once. Safe for use by
 * many threads.
 */
final class LiveKeys {
  private final Map<Key, EventId> holders = new ConcurrentHashMap<>();

  /** A key counts within its kind, as among stored events. */
  private record Key(@Nullable String kind, String text) {}

  /**
   * Takes the event's key for it; true if another event holds it. An event without has no other.
   */
  boolean isHeldByAnother(Envelope envelope) {
    Key key = key(envelope.headers());
    return key != null && holders.putIfAbsent(key, envelope.id()) != null;
  }

  /** Says that an event has ended: its key is free, unless it is unique once. */
  void ended(Envelope envelope) {
    if (!envelope.headers().uniqueOnce()) {
      release(envelope);
    }
  }

  /** Says that an event was not taken on after all. */
  void release(Envelope envelope) {
    Key key = key(envelope.headers());
    if (key != null) {
      holders.remove(key, envelope.id());
    }
  }

  private static @Nullable Key key(Headers headers) {
    String text = headers.uniqueKey();
    return text == null ? null : new Key(headers.kind(), text);
  }
}
