package dev.gala.river.internal.lifecycle;

/**
 * Something that runs between its start and its stop. Safe for use by many threads: a start returns
 * when the service runs, a stop when it has ended; a stop before any start, or a second one, does
 * nothing; a second start of a running service does nothing; a stopped one may be started again.
 */
public interface Service {
  /** Starts; running when this returns. */
  void start();

  /** Ends; everything it began has ended when this returns. */
  void stop();
}
