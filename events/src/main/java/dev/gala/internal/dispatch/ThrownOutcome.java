package dev.gala.internal.dispatch;

import dev.gala.event.Outcome;
import dev.gala.river.worker.JobCancelException;
import dev.gala.river.worker.JobSnoozeException;
import org.jspecify.annotations.Nullable;

/**
 * An outcome that was thrown, as River's workers throw it. Of a listener it is that listener's, and
 * says nothing of the others and of the job.
 */
final class ThrownOutcome {
  /** Longer chains are rings. */
  private static final int LONGEST_CHAIN = 100;

  private ThrownOutcome() {}

  /** What {@code thrown}, or what caused it, stands for; null if it is a failure. */
  static @Nullable Outcome in(Throwable thrown) {
    @Nullable Outcome cancel = null;
    @Nullable Throwable at = thrown;
    for (int depth = 0; at != null && depth < LONGEST_CHAIN; depth++) {
      if (at instanceof JobSnoozeException snooze) {
        return Outcome.snooze(snooze.delay());
      }
      if (cancel == null && at instanceof JobCancelException) {
        cancel = Outcome.cancel(message(at));
      }
      at = cause(at);
    }
    return cancel;
  }

  /** Its message, or its class if it cannot tell it. */
  static String message(Throwable thrown) {
    try {
      return String.valueOf(thrown.getMessage());
    } catch (RuntimeException | Error e) {
      // The listener must end, whatever users' exceptions do when asked.
      return thrown.getClass().getName();
    }
  }

  private static @Nullable Throwable cause(Throwable thrown) {
    try {
      return thrown.getCause();
    } catch (RuntimeException | Error e) {
      // As above.
      return null;
    }
  }
}
