package dev.gala.river.internal.produce;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Cancellations that come while a claim is under way, of jobs it may bring: they are running in the
 * database, and nobody here knows them yet. Forgotten when the claim ends: what it brought is known
 * from then on, and a job that is retried later must not meet an old cancellation. Of more than
 * 1,000 the newest are kept.
 */
final class EarlyCancels {
  private static final int MOST_REMEMBERED = 1_000;

  private final ReentrantLock lock = new ReentrantLock();
  private final Set<Long> jobs = new LinkedHashSet<>();
  private boolean claiming;

  /** Notes that a claim begins. */
  void claimBegins() {
    lock.lock();
    try {
      claiming = true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes a cancellation.
   *
   * @param cancelRunning cancels the job if it runs here, and says whether it does
   */
  void cancel(long jobId, BooleanSupplier cancelRunning) {
    lock.lock();
    try {
      if (cancelRunning.getAsBoolean() || !claiming) {
        return;
      }
      jobs.add(jobId);
      if (jobs.size() > MOST_REMEMBERED) {
        Iterator<Long> oldest = jobs.iterator();
        oldest.next();
        oldest.remove();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends a claim. No cancellation comes between {@code launch} looking for its jobs and having
   * launched them.
   *
   * @param launch starts what was claimed, given the jobs cancelled meanwhile
   */
  void claimEnds(Consumer<Set<Long>> launch) {
    lock.lock();
    try {
      launch.accept(jobs);
    } finally {
      claiming = false;
      jobs.clear();
      lock.unlock();
    }
  }
}
