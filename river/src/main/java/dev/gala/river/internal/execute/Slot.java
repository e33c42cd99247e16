package dev.gala.river.internal.execute;

/** A place an attempt takes in its queue. Told from many threads; must be quick, must not throw. */
@FunctionalInterface
public interface Slot {
  /**
   * Says, once for each attempt, that another one may take the place: its end has been handed over,
   * or it is stuck and its place was given away.
   */
  void freed();

  /** Whether jobs that end well in it are to be deleted instead of completed. */
  default boolean deletesCompleted() {
    return false;
  }

  /** Says, once for each attempt and after {@link #freed}, that it has ended. */
  default void ended() {}
}
