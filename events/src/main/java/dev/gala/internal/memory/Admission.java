package dev.gala.internal.memory;

import dev.gala.event.Envelope;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Which of the events of one emit are let in: those whose unique keys are free once the pool has
 * accepted them all. Keys are not taken before, since whoever waits for room may be turned away,
 * and would have turned others away meanwhile. It is decided once, by the emitter or by the first
 * worker, whichever comes first. Safe for use by many threads.
 */
final class Admission {
  private final LiveKeys keys;
  private final List<Envelope> events;
  private final boolean keyed;
  private final ReentrantLock lock = new ReentrantLock();
  private boolean @Nullable [] decided;

  /** Of these events, of which none has been accepted yet. */
  Admission(LiveKeys keys, List<Envelope> events) {
    this.keys = keys;
    this.events = List.copyOf(events);
    this.keyed = events.stream().anyMatch(event -> event.headers().uniqueKey() != null);
  }

  /** Whether the event of that index is let in; to be asked only when all are accepted. */
  boolean letsIn(int index) {
    if (!keyed) {
      return true;
    }
    lock.lock();
    try {
      boolean[] letIn = decided;
      if (letIn == null) {
        letIn = new boolean[events.size()];
        for (int i = 0; i < letIn.length; i++) {
          letIn[i] = keys.take(events.get(i));
        }
        decided = letIn;
      }
      return letIn[index];
    } finally {
      lock.unlock();
    }
  }
}
