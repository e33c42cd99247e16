package dev.gala.river.driver;

import java.time.Duration;
import java.util.List;

/** A connection that listens. For one thread, except {@link #close()}. */
public interface Listener extends AutoCloseable {
  /**
   * Waits for notifications.
   *
   * @return those that came, or none when the time is over
   * @throws dev.gala.river.job.RiverException if the connection is lost; it is of no use then
   */
  List<Notification> await(Duration timeout);

  /** Closes the connection and ends a wait that is under way. Idempotent, for any thread. */
  @Override
  void close();
}
