package dev.gala.internal.dispatch;

/**
 * How an attempt at an event goes on. Its last handler runs on the attempt's own thread; where that
 * handler does not end, the attempt does so without it, elsewhere.
 */
public interface Course {
  /**
   * Goes on with {@code rest} on another thread, since a handler that was given up holds the
   * attempt's own. Called at most once, by a thread that must not be held up.
   */
  void elsewhere(Runnable rest);

  /** Takes what is to become of the event: once, on whatever thread the attempt ends on. */
  void over(Verdict verdict);
}
