package dev.gala.internal.durable;

import dev.gala.internal.dispatch.Course;
import dev.gala.internal.dispatch.Dispatch;
import dev.gala.internal.dispatch.Incoming;
import dev.gala.internal.dispatch.Verdict;
import dev.gala.river.spi.LeavableAttempt;
import dev.gala.river.worker.Outcome;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An attempt of the engine's whose last handler runs on the attempt's own thread. Given up, it is
 * left with that thread, and the engine goes on on another.
 */
final class AttemptCourse implements Course {
  /** What a verdict is to the engine. */
  @FunctionalInterface
  interface Ending {
    /**
     * The outcome of the attempt.
     *
     * @throws InterruptedException if it was interrupted, and is put back
     */
    Outcome of(Verdict verdict) throws InterruptedException;
  }

  private final LeavableAttempt attempt;
  private final Ending ending;
  private final Thread own = Thread.currentThread();

  /** Of the attempt's own thread alone. */
  private @Nullable Verdict here;

  /** Of the thread it goes on on. */
  private @Nullable Verdict there;

  private AttemptCourse(LeavableAttempt attempt, Ending ending) {
    this.attempt = attempt;
    this.ending = ending;
  }

  /** Works an event. What is returned is ignored if the attempt went on elsewhere. */
  static Outcome run(Dispatch dispatch, Incoming incoming, LeavableAttempt attempt, Ending ending)
      throws InterruptedException {
    var course = new AttemptCourse(attempt, ending);
    dispatch.run(incoming, course);
    if (course.here == null) {
      attempt.leave(); // The handler may have returned before the other thread could say so.
      return Outcome.done();
    }
    return ending.of(course.here);
  }

  @Override
  public void elsewhere(Runnable rest) {
    attempt.goOn(
        () -> {
          rest.run();
          return ending.of(Objects.requireNonNull(there, "the attempt is over"));
        });
  }

  @Override
  public void over(Verdict verdict) {
    if (Thread.currentThread() == own) {
      here = verdict;
    } else {
      there = verdict;
    }
  }
}
