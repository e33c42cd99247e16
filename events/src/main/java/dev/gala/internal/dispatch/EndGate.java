package dev.gala.internal.dispatch;

import java.util.concurrent.locks.ReentrantLock;

/**
 * Decides between a handler's thread that wants to end its transaction and the thread that waits
 * for it and may give it up: whoever comes first. Interrupting a thread that waits for the answer
 * to its COMMIT would break the connection, and leave the outcome unknown for nothing.
 */
final class EndGate {
  private enum Phase {
    RUNS,
    ENDS,
    GIVEN_UP
  }

  private final ReentrantLock lock = new ReentrantLock();
  private Phase phase = Phase.RUNS;

  /**
   * Says that the current thread is about to end its transaction: it is not interrupted any more,
   * and forgets that it was. False if it was given up.
   */
  boolean enter() {
    lock.lock();
    try {
      if (phase == Phase.GIVEN_UP) {
        return false;
      }
      phase = Phase.ENDS;
      Thread.interrupted();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Interrupts the handler's thread, unless it is about to end by itself. */
  void interrupt(Thread handler) {
    lock.lock();
    try {
      if (phase == Phase.RUNS) {
        handler.interrupt();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Gives the handler up. False if it is about to end by itself, and so to be waited for. */
  boolean giveUp() {
    lock.lock();
    try {
      if (phase == Phase.ENDS) {
        return false;
      }
      phase = Phase.GIVEN_UP;
      return true;
    } finally {
      lock.unlock();
    }
  }
}
