package dev.gala.river.job;

/**
 * How a client works one queue.
 *
 * @param maxWorkers how many of its jobs run at once in this client: 1 to 10,000
 */
public record QueueConfig(int maxWorkers) {
  /** River's limit of {@code maxWorkers}. */
  public static final int MAX_WORKERS_LIMIT = 10_000;

  /** Refuses a count out of bounds. */
  public QueueConfig {
    if (maxWorkers < 1 || maxWorkers > MAX_WORKERS_LIMIT) {
      throw new RiverException(
          RiverError.CONFIG_INVALID,
          "maxWorkers is " + maxWorkers + ": give 1 to " + MAX_WORKERS_LIMIT);
    }
  }
}
