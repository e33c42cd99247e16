package dev.gala.test.postgres;

import dev.gala.test.postgres.EmbeddedPostgresException.Reason;
import java.time.Duration;

/**
 * A moment after which waiting is given up.
 *
 * @param end in terms of {@link System#nanoTime()}
 * @param patience the whole time that was given
 */
record Deadline(long end, Duration patience) {

  static Deadline in(Duration patience) {
    return new Deadline(System.nanoTime() + patience.toNanos(), patience);
  }

  boolean hasPassed() {
    return System.nanoTime() - end > 0;
  }

  /** Waits a moment for another process, which has no better way to tell. */
  void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EmbeddedPostgresException(
          Reason.START_FAILED, "interrupted while waiting for the server", e);
    }
  }
}
