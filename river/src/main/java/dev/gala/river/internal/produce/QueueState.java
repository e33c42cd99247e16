package dev.gala.river.internal.produce;

import dev.gala.river.job.Queue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the row of a queue says, as far as this client knows: told by notifications, and now and
 * then read. What was told while it was being read is newer than what was read, and stands.
 */
final class QueueState {
  private final ReentrantLock lock = new ReentrantLock();
  private final Consumer<Boolean> pauseChanged;
  private volatile boolean paused;
  private volatile String metadata = "{}";
  private long pausesTold;
  private long metadataTold;

  /**
   * A state of which nothing is known.
   *
   * @param pauseChanged is told of pauses and resumptions, in their order, under a lock
   */
  QueueState(Consumer<Boolean> pauseChanged) {
    this.pauseChanged = pauseChanged;
  }

  boolean paused() {
    return paused;
  }

  /** A JSON object as text. */
  String metadata() {
    return metadata;
  }

  /** Takes what a notification says. */
  void tellPaused(boolean now) {
    lock.lock();
    try {
      pausesTold++;
      setPaused(now);
    } finally {
      lock.unlock();
    }
  }

  /** Takes what a notification says. */
  void tellMetadata(String now) {
    lock.lock();
    try {
      metadataTold++;
      metadata = now;
    } finally {
      lock.unlock();
    }
  }

  /** Reads the row before anything is fetched: a pause found then is no event. */
  void begin(Supplier<Queue> row) {
    refresh(row, now -> paused = now);
  }

  /** Reads the row; where there is none, nothing changes. */
  void refresh(Supplier<? extends @Nullable Queue> row) {
    refresh(row, this::setPaused);
  }

  private void refresh(Supplier<? extends @Nullable Queue> row, Consumer<Boolean> setter) {
    long pausesBefore;
    long metadataBefore;
    lock.lock();
    try {
      pausesBefore = pausesTold;
      metadataBefore = metadataTold;
    } finally {
      lock.unlock();
    }
    Queue found = row.get();
    if (found == null) {
      return;
    }
    lock.lock();
    try {
      if (pausesBefore == pausesTold) {
        setter.accept(found.pausedAt() != null);
      }
      if (metadataBefore == metadataTold) {
        metadata = found.metadata();
      }
    } finally {
      lock.unlock();
    }
  }

  private void setPaused(boolean now) {
    if (paused != now) {
      paused = now;
      pauseChanged.accept(now);
    }
  }
}
