package dev.gala.river.job;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Events as they come, kept until they are fetched; of those for which there is no room only the
 * count. It ends with the client's stop, or when it is closed. Safe for use by many threads.
 */
public interface Subscription extends AutoCloseable {
  /**
   * Fetches the next event, waiting for it.
   *
   * @return null if the subscription has ended and there is none left
   */
  @Nullable RiverEvent take() throws InterruptedException;

  /**
   * Fetches the next event, waiting at most so long.
   *
   * @param timeout zero or less does not wait
   * @return null if none came, or the subscription has ended and there is none left
   */
  @Nullable RiverEvent poll(Duration timeout) throws InterruptedException;

  /** How many events found no room so far. */
  long dropped();

  /** Whether it has ended: no further events come. */
  boolean ended();

  /** Ends it; what has come can still be fetched. Idempotent. */
  @Override
  void close();
}
