package dev.gala.river.memory;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;

/** What is committed. Safe for use by many threads. */
final class MemoryDatabase {
  private final ReentrantLock lock = new ReentrantLock();
  private JobTable committed = new JobTable();
  private long lastId;
  private Instant lastTime = Instant.EPOCH;

  /** A transaction of one change: if it throws, nothing has changed. */
  <T> T change(Function<JobTable, T> change) {
    lock.lock();
    try {
      JobTable copy = committed.copy();
      T result = change.apply(copy);
      committed = copy;
      return result;
    } finally {
      lock.unlock();
    }
  }

  /** Changes made before to a copy, made again to what is committed now: all or none. */
  void changeAll(List<Consumer<JobTable>> changes) {
    change(
        table -> {
          changes.forEach(change -> change.accept(table));
          return changes.size();
        });
  }

  /** A copy of what is committed now. */
  JobTable copy() {
    lock.lock();
    try {
      return committed.copy();
    } finally {
      lock.unlock();
    }
  }

  /** As of a sequence: what a transaction takes and does not use is lost. */
  long nextId() {
    lock.lock();
    try {
      return ++lastId;
    } finally {
      lock.unlock();
    }
  }

  /** Now, to the microsecond and never the same twice: a time tells attempts apart. */
  Instant now() {
    lock.lock();
    try {
      Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
      lastTime = now.isAfter(lastTime) ? now : lastTime.plus(1, ChronoUnit.MICROS);
      return lastTime;
    } finally {
      lock.unlock();
    }
  }
}
