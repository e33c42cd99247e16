package dev.gala.river.spi;

import dev.gala.river.worker.Outcome;
import java.util.concurrent.Callable;

/**
 * An attempt that can go on without the thread its worker was called on: what the worker has run
 * there may hang, and the job is to have its end, and the slot its next job, all the same. The
 * engine's {@link dev.gala.river.worker.WorkContext}s are such. Safe for use by many threads.
 */
public interface LeavableAttempt {
  /**
   * Whether it can be left: nothing stands around the worker that would have to end on the worker's
   * thread, neither a plugin nor a middleware nor a time limit. It does not change.
   */
  boolean canLeave();

  /**
   * Says that what the worker returns or throws is to be ignored: the attempt goes on elsewhere.
   * Idempotent; {@link #goOn} must be called too, before this or after it.
   *
   * @throws IllegalStateException if it cannot be left
   */
  void leave();

  /**
   * Leaves the worker's thread and goes on with {@code rest} on a new one, which is the attempt's
   * from now on: what is logged there is kept with the attempt, and its interrupts go there. What
   * {@code rest} returns or throws is taken for the worker's. To be called at most once, and while
   * the worker has not returned, unless it has said {@link #leave} before.
   *
   * @throws IllegalStateException if it cannot be left
   */
  void goOn(Callable<Outcome> rest);
}
