package dev.gala.event;

import java.time.Duration;

/**
 * The events of a topic, or with some metadata, that have not ended: that wait, are to be tried
 * again, or run, whoever emitted them and whoever handles them. In memory there are none. Safe for
 * use by many threads.
 *
 * <p>Each method goes through them in batches, and each batch is as it is when it is looked at:
 * events emitted meanwhile may be counted or not.
 */
public interface LiveEvents {
  /**
   * Whether there is one.
   *
   * @throws dev.gala.river.job.RiverException what the database says
   */
  boolean exist();

  /**
   * How many there are.
   *
   * @throws dev.gala.river.job.RiverException what the database says
   */
  long count();

  /**
   * Deletes them: those that wait at once, those that run when their handlers have ended, which are
   * told to; and then those that these emitted meanwhile. An event that ends of itself before it is
   * deleted is kept, as any that has ended.
   *
   * @param limit how long to wait for handlers to end
   * @return how many were deleted
   * @throws GalaException with {@link GalaError#RIVER_LISTENER_CLEANUP_FAILED} if some still run
   *     when the limit is over: call it again
   * @throws InterruptedException if interrupted; what was deleted stays so
   * @throws dev.gala.river.job.RiverException what the database says
   */
  long purge(Duration limit) throws InterruptedException;
}
