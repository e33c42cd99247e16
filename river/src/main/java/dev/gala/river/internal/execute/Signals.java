package dev.gala.river.internal.execute;

import dev.gala.river.worker.JobCancelException;
import dev.gala.river.worker.JobSnoozeException;
import dev.gala.river.worker.Outcome;
import dev.gala.river.worker.PlainFailure;
import org.jspecify.annotations.Nullable;

/** Outcomes that were thrown. */
final class Signals {
  private Signals() {}

  /**
   * The outcome that {@code thrown}, or what caused it, stands for; null if it is a failure. What
   * is beneath a {@link PlainFailure} was judged by the worker.
   */
  static @Nullable Outcome in(Throwable thrown) {
    @Nullable Outcome cancel = null;
    for (Throwable cause : Causes.of(thrown)) {
      if (cause instanceof PlainFailure) {
        return cancel;
      }
      if (cause instanceof JobSnoozeException snooze) {
        return Outcome.snooze(snooze.delay());
      }
      if (cancel == null && cause instanceof JobCancelException e) {
        cancel = Outcome.cancel(String.valueOf(e.getMessage()));
      }
    }
    return cancel;
  }
}
