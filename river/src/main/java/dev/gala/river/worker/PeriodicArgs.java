package dev.gala.river.worker;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Makes the arguments of a periodic job, whenever it is due. Called on a thread of its own, by one
 * at a time.
 *
 * @param <T> the arguments' type
 */
@FunctionalInterface
public interface PeriodicArgs<T> {
  /**
   * The arguments of the job that is due at {@code slot}; null leaves it out this time. Asked again
   * for the same slot where the insert failed.
   *
   * <p>After 10 s the thread is interrupted, and it counts as a failure. What fails is tried again
   * until the definition's next time is due.
   *
   * @throws Exception any
   */
  @Nullable T at(Instant slot) throws Exception;
}
