package dev.gala.river.internal.produce;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
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

  /** A claim under way; it must end. */
  static final class Claim {
    private final Set<Long> cancelled = new LinkedHashSet<>();

    private Claim() {}

    private void add(long jobId) {
      cancelled.add(jobId);
      if (cancelled.size() > MOST_REMEMBERED) {
        Iterator<Long> oldest = cancelled.iterator();
        oldest.next();
        oldest.remove();
      }
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final List<Claim> underWay = new ArrayList<>();

  /** Notes that a claim begins. */
  Claim claimBegins() {
    var claim = new Claim();
    lock.lock();
    try {
      underWay.add(claim);
      return claim;
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
      if (!cancelRunning.getAsBoolean()) {
        underWay.forEach(claim -> claim.add(jobId));
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
  void claimEnds(Claim claim, Consumer<Set<Long>> launch) {
    lock.lock();
    try {
      launch.accept(claim.cancelled);
    } finally {
      underWay.remove(claim);
      lock.unlock();
    }
  }
}
