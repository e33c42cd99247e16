package dev.gala.river.worker;

import dev.gala.river.job.JobRow;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One attempt, as its worker sees it. Safe for use by many threads.
 *
 * @param <T> the arguments' type
 */
public interface WorkContext<T> {
  /** The arguments. */
  T args();

  /** The row as claimed. */
  JobRow job();

  /**
   * Whether the attempt should end early: its time is over or the client is stopping. The worker's
   * thread has been interrupted besides.
   */
  boolean cancelled();

  /** When the attempt's time is over; null if it has no limit. */
  @Nullable Instant deadline();

  /**
   * Stages a top-level key of the job's metadata, written together with the attempt's outcome,
   * whatever that is. The last value of a key wins.
   *
   * @param key not beginning with {@code river:}, which River keeps for itself
   * @param json the value, as JSON text
   * @throws dev.gala.river.job.RiverException if the key is River's, or the value is no JSON
   */
  void setMetadata(String key, String json);
}
