package dev.gala.internal.dispatch;

import java.util.concurrent.atomic.AtomicReference;

/**
 * Decides between a handler's thread that ends, or wants to end its transaction, and whoever would
 * give it up: who comes first. Interrupting a thread that waits for the answer to its COMMIT would
 * break the connection, and leave the outcome unknown for nothing; and an interrupt meant for a
 * handler must not reach what its thread does next.
 */
final class EndGate {
  private enum Phase {
    RUNS,
    /** For as long as it takes to interrupt a thread. */
    INTERRUPTS,
    ENDS,
    GIVEN_UP
  }

  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.RUNS);

  /**
   * Says that the current thread, the handler's, is about to end: it is not interrupted any more,
   * and forgets that it was. False if it was given up. It may say so again.
   */
  boolean enter() {
    while (true) {
      Phase now = phase.get();
      if (now == Phase.GIVEN_UP) {
        return false;
      }
      if (now == Phase.ENDS || (now == Phase.RUNS && phase.compareAndSet(Phase.RUNS, Phase.ENDS))) {
        Thread.interrupted();
        return true;
      }
      Thread.onSpinWait(); // For as long as it takes to interrupt a thread.
    }
  }

  /** Interrupts the handler's thread, unless it is about to end by itself. For one thread. */
  void interrupt(Thread handler) {
    if (phase.compareAndSet(Phase.RUNS, Phase.INTERRUPTS)) {
      try {
        handler.interrupt();
      } finally {
        phase.set(Phase.RUNS);
      }
    }
  }

  /** Gives the handler up. False if it is about to end by itself, and so to be waited for. */
  boolean giveUp() {
    while (true) {
      Phase now = phase.get();
      if (now == Phase.ENDS) {
        return false;
      }
      if (now == Phase.GIVEN_UP
          || (now == Phase.RUNS && phase.compareAndSet(Phase.RUNS, Phase.GIVEN_UP))) {
        return true;
      }
      Thread.onSpinWait(); // For as long as it takes to interrupt a thread.
    }
  }
}
