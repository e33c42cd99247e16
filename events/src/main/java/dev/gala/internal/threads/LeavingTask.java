package dev.gala.internal.threads;

/**
 * A pool's task that can leave its thread behind: what runs there may hang, and others are to have
 * the task's place all the same. It runs on a thread that ran nothing before and runs nothing after
 * it.
 */
@FunctionalInterface
public interface LeavingTask extends Runnable {
  /** Where it runs. Safe for use by many threads. */
  interface Place {
    /** Whether the pool has told the task to end, by an interrupt of its thread. */
    boolean interrupted();

    /** Says that the task is over, although its thread has not come back. Idempotent. */
    void leave();
  }

  /** Runs the task; it is over when this returns, or when it has left its place. */
  void run(Place place);

  /** Without a pool: nobody tells it to end, and nobody waits for its place. */
  @Override
  default void run() {
    run(
        new Place() {
          @Override
          public boolean interrupted() {
            return false;
          }

          @Override
          public void leave() {}
        });
  }
}
