package dev.gala.river.internal.execute;

import dev.gala.river.worker.JobCancelException;
import dev.gala.river.worker.JobSnoozeException;
import dev.gala.river.worker.Outcome;
import org.jspecify.annotations.Nullable;

/** Outcomes that were thrown. */
final class Signals {
  /** Longer chains of causes are rings. */
  private static final int LONGEST_CHAIN = 100;

  private Signals() {}

  /** The outcome that {@code thrown}, or what caused it, stands for; null if it is a failure. */
  static @Nullable Outcome in(Throwable thrown) {
    @Nullable Outcome cancel = null;
    Throwable at = thrown;
    for (int i = 0; at != null && i < LONGEST_CHAIN; i++) {
      if (at instanceof JobSnoozeException snooze) {
        return Outcome.snooze(snooze.delay());
      }
      if (cancel == null && at instanceof JobCancelException e) {
        cancel = Outcome.cancel(String.valueOf(e.getMessage()));
      }
      at = cause(at);
    }
    return cancel;
  }

  private static @Nullable Throwable cause(Throwable thrown) {
    try {
      return thrown.getCause();
    } catch (RuntimeException | Error e) {
      // The attempt must end, whatever users' exceptions do when asked.
      return null;
    }
  }
}
