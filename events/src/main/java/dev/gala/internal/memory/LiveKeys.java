package dev.gala.internal.memory;

import dev.gala.event.Envelope;
import dev.gala.event.EventId;
import dev.gala.event.Headers;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The unique keys of events that wait or run, and of those that are unique once: of these, when
 * they have ended, the ones used last, lest a process that lives long run out of memory. Safe for
 * use by many threads.
 */
final class LiveKeys {
  private final int mostRemembered;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Key, EventId> live = new HashMap<>();
  private final LinkedHashMap<Key, EventId> remembered = new LinkedHashMap<>(16, 0.75f, true);

  /** A key counts within its kind, as among stored events. */
  private record Key(@Nullable String kind, String text) {}

  /** Keeps so many keys of events that have ended. */
  LiveKeys(int mostRemembered) {
    this.mostRemembered = mostRemembered;
  }

  /** Whether some event holds the event's key. An event without has no other. */
  boolean isHeld(Envelope envelope) {
    Key key = key(envelope.headers());
    if (key == null) {
      return false;
    }
    lock.lock();
    try {
      return remembered.get(key) != null || live.containsKey(key);
    } finally {
      lock.unlock();
    }
  }

  /** Takes the event's key for it, if none has it; false if another event holds it. */
  boolean take(Envelope envelope) {
    Key key = key(envelope.headers());
    if (key == null) {
      return true;
    }
    lock.lock();
    try {
      return remembered.get(key) == null && live.putIfAbsent(key, envelope.id()) == null;
    } finally {
      lock.unlock();
    }
  }

  /** Says that an event has ended: its key is free, unless it is unique once. */
  void ended(Envelope envelope) {
    Key key = key(envelope.headers());
    if (key == null) {
      return;
    }
    lock.lock();
    try {
      if (live.remove(key, envelope.id()) && envelope.headers().uniqueOnce()) {
        remembered.put(key, envelope.id());
        if (remembered.size() > mostRemembered) {
          remembered.pollFirstEntry();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private static @Nullable Key key(Headers headers) {
    String text = headers.uniqueKey();
    return text == null ? null : new Key(headers.kind(), text);
  }
}
