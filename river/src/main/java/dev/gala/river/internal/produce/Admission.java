package dev.gala.river.internal.produce;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets in while it is open; who closes it waits for those inside. Closed at first. Safe for use by
 * many threads.
 */
final class Admission {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition left = lock.newCondition();
  private boolean open;
  private int inside;

  void open() {
    lock.lock();
    try {
      open = true;
    } finally {
      lock.unlock();
    }
  }

  /** False if it is closed; otherwise {@link #leave} must follow. */
  boolean enter() {
    lock.lock();
    try {
      if (open) {
        inside++;
      }
      return open;
    } finally {
      lock.unlock();
    }
  }

  void leave() {
    lock.lock();
    try {
      inside--;
      left.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Lets nobody in any more. */
  void close() {
    lock.lock();
    try {
      open = false;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until nobody is inside. */
  void awaitEmpty() {
    lock.lock();
    try {
      while (inside > 0) {
        left.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }
}
