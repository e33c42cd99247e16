package dev.gala.river.job;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a client works one queue.
 *
 * @param maxWorkers how many of its jobs run at once in this client: 1 to 10,000
 * @param fetchCooldown least time between fetches that bring nothing, at least 1 ms; null means the
 *     client's
 * @param fetchPollInterval how often to look where no notification comes, at least the cooldown;
 *     null means the client's
 * @param deleteOnCompletion whether jobs that end well are deleted in the moment in which others
 *     become completed: a leader has none to delete later, and nobody any to look at. All that
 *     fails is kept. A job whose unique key holds while it is completed is completed as ever
 */
public record QueueConfig(
    int maxWorkers,
    @Nullable Duration fetchCooldown,
    @Nullable Duration fetchPollInterval,
    boolean deleteOnCompletion) {
  /** River's limit of {@code maxWorkers}. */
  public static final int MAX_WORKERS_LIMIT = 10_000;

  private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(1);

  /**
   * Refuses what is out of bounds.
   *
   * @throws RiverException with {@link RiverError#CONFIG_INVALID}
   */
  public QueueConfig {
    if (maxWorkers < 1 || maxWorkers > MAX_WORKERS_LIMIT) {
      throw invalid("maxWorkers is " + maxWorkers + ": give 1 to " + MAX_WORKERS_LIMIT);
    }
    if (fetchCooldown != null && fetchCooldown.compareTo(SHORTEST_INTERVAL) < 0) {
      throw invalid("a queue's fetchCooldown is " + fetchCooldown + ": give at least 1 ms");
    }
    if (fetchPollInterval != null && fetchPollInterval.compareTo(SHORTEST_INTERVAL) < 0) {
      throw invalid("a queue's fetchPollInterval is " + fetchPollInterval + ": give at least 1 ms");
    }
  }

  /** So many jobs at once, at the client's pace. */
  public QueueConfig(int maxWorkers) {
    this(maxWorkers, null, null);
  }

  /** So many jobs at once, at this pace, each of them kept when it has ended. */
  public QueueConfig(
      int maxWorkers, @Nullable Duration fetchCooldown, @Nullable Duration fetchPollInterval) {
    this(maxWorkers, fetchCooldown, fetchPollInterval, false);
  }

  /** The same, its jobs being deleted when they end well. */
  public QueueConfig withDeleteOnCompletion() {
    return new QueueConfig(maxWorkers, fetchCooldown, fetchPollInterval, true);
  }

  private static RiverException invalid(String message) {
    return new RiverException(RiverError.CONFIG_INVALID, message);
  }
}
