package dev.gala.river.driver;

import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The statements of elections, named as in River; each is a transaction of its own. One client
 * leads at a time, of whatever language, and all times are the database's. Safe for use by many
 * threads.
 *
 * <p>A statement that takes longer than its {@code limit} is ended by the database, and fails with
 * {@link RiverError#TIMED_OUT} or {@link RiverError#ROW_LOCKED}.
 */
public interface Leadership {
  /**
   * Makes a client the leader unless there is one. A term that has expired is none.
   *
   * @param ttl how long the term lasts unless it is renewed
   * @return the term; null if somebody leads
   * @throws RiverException if it cannot be told; it may have been done then
   */
  @Nullable Leader leaderAttemptElect(String clientId, Duration ttl, Duration limit);

  /**
   * Renews a term that has not expired.
   *
   * @param ttl how long it is to last from now unless it is renewed again
   * @return the term as it is now; null if it is over, by time or by another hand
   * @throws RiverException if it cannot be told; it may have been done then
   */
  @Nullable Leader leaderAttemptReelect(Leader term, Duration ttl, Duration limit);

  /** The term under way; null if nobody leads. */
  @Nullable Leader leaderGet();

  /**
   * Ends a term and tells the topic {@link NotificationTopic#LEADERSHIP}, in one transaction.
   *
   * @return false if it was over already, and nobody was told
   */
  boolean leaderResign(Leader term, Duration limit);
}
