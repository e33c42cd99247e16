package dev.gala.river.internal.lifecycle;

/**
 * Time that only goes on, and waiting for it: the seam by which tests let hours pass. Safe for use
 * by many threads.
 */
public interface Clockwork {
  /** The machine's. */
  Clockwork SYSTEM =
      new Clockwork() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public void await(Wakeup wakeup, long nanos) {
          wakeup.await(nanos);
        }
      };

  /** The time in nanoseconds, from nowhere in particular: two of them tell how long it was. */
  long nanos();

  /**
   * Waits for a signal, and takes it, or until the time is over.
   *
   * @param nanos at most so long; zero or less does not wait
   */
  void await(Wakeup wakeup, long nanos);
}
