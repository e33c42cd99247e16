package dev.gala.river.worker;

import java.sql.Connection;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a job that need not all be done again: an attempt skips those that an earlier one
 * has passed. For one thread, the worker's.
 *
 * <p>How far an attempt came is written when it does not end well; after a crash of the process the
 * steps since the last {@link #checkpoint} are done again. A step that fails fails the attempt, and
 * no further step begins. What stands outside of steps is done by every attempt.
 */
public interface Steps {
  /**
   * Does a step, unless an earlier attempt has.
   *
   * @param name unique within the worker; the same from attempt to attempt
   * @throws IllegalStateException if the name was used in this attempt before, or a step failed
   * @throws Exception what the step throws
   */
  void step(String name, StepAction body) throws Exception;

  /**
   * Does a step that can go on in its middle: where an earlier attempt has kept a cursor in it, it
   * is done again with that cursor.
   *
   * @param name unique within the worker; the same from attempt to attempt
   * @throws IllegalStateException if the name was used in this attempt before, or a step failed
   * @throws Exception what the step throws
   */
  void stepWithCursor(String name, StepBody body) throws Exception;

  /**
   * Keeps where the current step is, for an attempt to come. It is written if this attempt does not
   * end well, and some step was completed before.
   *
   * @param json any JSON text
   * @throws IllegalStateException outside of a step with a cursor
   * @throws dev.gala.river.job.RiverException if it is no JSON
   */
  void setCursor(String json);

  /**
   * Writes that the current step is completed, together with what it did: when the caller's
   * transaction commits, no later attempt does the step again.
   *
   * @param connection the caller's, in its transaction; never committed, rolled back or closed
   * @throws IllegalStateException outside of a step
   * @throws dev.gala.river.job.RiverException if the attempt has lost its claim: roll back
   */
  default void checkpoint(Connection connection) {
    checkpoint(connection, null);
  }

  /**
   * Writes where the current step is, together with what it did: when the caller's transaction
   * commits, a later attempt does the step again with this cursor.
   *
   * @param connection the caller's, in its transaction; never committed, rolled back or closed
   * @param cursor any JSON text; null if the step is completed
   * @throws IllegalStateException outside of a step; with a cursor, of a step with a cursor
   * @throws dev.gala.river.job.RiverException if the attempt has lost its claim: roll back; or if
   *     the cursor is no JSON
   */
  void checkpoint(Connection connection, @Nullable String cursor);

  /** What a step without a cursor does. */
  @FunctionalInterface
  interface StepAction {
    /**
     * Does the step.
     *
     * @throws Exception any; it fails the attempt
     */
    void run() throws Exception;
  }

  /** What a step with a cursor does. */
  @FunctionalInterface
  interface StepBody {
    /**
     * Does the step.
     *
     * @param cursor where an earlier attempt was, as JSON text; null from the beginning
     * @throws Exception any; it fails the attempt
     */
    void run(@Nullable String cursor) throws Exception;
  }
}
