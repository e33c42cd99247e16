package dev.gala.river.internal.subscribe;

import dev.gala.river.job.RiverEvent;
import dev.gala.river.job.Subscription;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** Those who want to know. Safe for use by many threads. */
public final class Subscriptions {
  private final List<EventBuffer> buffers = new CopyOnWriteArrayList<>();

  /** Nobody yet. */
  public Subscriptions() {}

  /**
   * Subscribes.
   *
   * @param kinds what to tell
   * @param capacity how many events are kept
   */
  public Subscription add(Set<RiverEvent.Kind> kinds, int capacity) {
    var buffer = new EventBuffer(kinds, capacity, buffers::remove);
    buffers.add(buffer);
    return buffer;
  }

  /** Whether anybody wants to know anything: if not, nothing need be found out for it. */
  public boolean any() {
    return !buffers.isEmpty();
  }

  /** Tells everybody who wants to know. Never waits. */
  public void publish(RiverEvent event) {
    buffers.forEach(buffer -> buffer.offer(event));
  }

  /** Says that a queue was paused. */
  public void queuePaused(String queue) {
    publish(new RiverEvent(RiverEvent.Kind.QUEUE_PAUSED, queue, null, null));
  }

  /** Says that a queue was resumed. */
  public void queueResumed(String queue) {
    publish(new RiverEvent(RiverEvent.Kind.QUEUE_RESUMED, queue, null, null));
  }

  /** Ends every subscription. */
  public void endAll() {
    buffers.forEach(EventBuffer::close);
  }
}
