package dev.gala.river.internal.subscribe;

import dev.gala.river.job.RiverEvent;
import dev.gala.river.job.Subscription;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The events of one subscriber that wait to be fetched. */
final class EventBuffer implements Subscription {
  private static final Logger LOG = LoggerFactory.getLogger(EventBuffer.class);

  private final Set<RiverEvent.Kind> kinds;
  private final int capacity;
  private final Consumer<EventBuffer> closed;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<RiverEvent> waiting = new ArrayDeque<>();
  private long dropped;
  private boolean ended;

  /**
   * A buffer.
   *
   * @param closed is told when it ends
   */
  EventBuffer(Set<RiverEvent.Kind> kinds, int capacity, Consumer<EventBuffer> closed) {
    this.kinds = Set.copyOf(kinds);
    this.capacity = capacity;
    this.closed = closed;
  }

  /** Keeps an event if it is wanted and there is room. */
  void offer(RiverEvent event) {
    if (!kinds.contains(event.kind())) {
      return;
    }
    lock.lock();
    try {
      if (ended) {
        return;
      }
      if (waiting.size() < capacity) {
        waiting.add(event);
        changed.signal();
        return;
      }
      if (++dropped > 1) {
        return;
      }
    } finally {
      lock.unlock();
    }
    LOG.warn(
        "a subscription is full with {} events that nobody fetches: what comes is dropped and only"
            + " counted; fetch faster or give it more room",
        capacity);
  }

  @Override
  public @Nullable RiverEvent take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (waiting.isEmpty() && !ended) {
        changed.await();
      }
      return waiting.poll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public @Nullable RiverEvent poll(Duration timeout) throws InterruptedException {
    long left = TimeUnit.NANOSECONDS.convert(timeout);
    lock.lockInterruptibly();
    try {
      while (waiting.isEmpty() && !ended && left > 0) {
        left = changed.awaitNanos(left);
      }
      return waiting.poll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long dropped() {
    lock.lock();
    try {
      return dropped;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean ended() {
    lock.lock();
    try {
      return ended;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    closed.accept(this);
  }
}
