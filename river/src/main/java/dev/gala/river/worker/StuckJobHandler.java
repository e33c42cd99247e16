package dev.gala.river.worker;

/**
 * Is told, once, of every attempt that goes on although its time was over long ago. Called on a
 * thread of its own; what it throws is logged and changes nothing.
 */
@FunctionalInterface
public interface StuckJobHandler {
  /** What is done about it. */
  enum Decision {
    /** Its slot is given to another job. The attempt goes on, and its outcome counts. */
    ADD_SLOT,
    /** Nothing: the attempt keeps its slot until it ends. */
    WAIT
  }

  /** Looks at a stuck attempt. */
  Decision stuck(StuckJob job);
}
