package dev.gala.river.postgres;

import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for the lock of those who change tables by trying again and again, in no transaction
 * between. Who waited inside a statement would have a snapshot, for whose end an index that is
 * built concurrently waits: two of them would wait for each other.
 */
final class Turn {
  private static final Logger LOG = LoggerFactory.getLogger(Turn.class);
  private static final long PAUSE_MILLIS = 50;

  private Turn() {}

  /** One try. */
  @FunctionalInterface
  interface Try {
    /** Whether it is ours now. If not, no transaction is open. */
    boolean succeeds() throws SQLException;
  }

  /**
   * Waits until a try succeeds.
   *
   * @param doing what waits, for messages
   * @param limit how long; null means any time
   * @throws RiverException with {@link RiverError#TIMED_OUT} if it took longer
   */
  static void await(String doing, @Nullable Duration limit, Try attempt) throws SQLException {
    long begun = System.nanoTime();
    boolean told = false;
    while (!attempt.succeeds()) {
      if (limit != null && System.nanoTime() - begun >= limit.toNanos()) {
        throw new RiverException(
            RiverError.TIMED_OUT,
            doing
                + " waited for another migrator for "
                + limit.toMillis()
                + " ms: try again when that is done",
            null,
            true);
      }
      if (!told) {
        told = true;
        LOG.info("{} waits for another migrator", doing);
      }
      pause(doing, PAUSE_MILLIS);
    }
  }

  /** Waits a little. */
  static void pause(String doing, long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RiverException(
          RiverError.TIMED_OUT, doing + " was interrupted while it waited", e, true);
    }
  }
}
