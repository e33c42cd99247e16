package dev.gala.river.internal.produce;

import dev.gala.river.driver.ClaimStart;
import dev.gala.river.internal.lifecycle.Complaints;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether anything stands before the places where claims start, on a thread of its own: it
 * may take long, and claims go on meanwhile. For one thread.
 */
final class LookBack {
  private static final Logger LOG = LoggerFactory.getLogger(LookBack.class);

  /** What is known after a look. */
  enum Finding {
    NOTHING,
    /** There is something, or nobody knows, because the look failed. */
    SOMETHING,
    /** The server ended it: a claim that read as much would end no better. */
    TOO_SLOW
  }

  /**
   * What came of a look.
   *
   * @param begun when it was asked for: what came later it may have missed
   * @param over when it was over
   * @param took how long it was at it
   * @param finding what it found
   */
  record Result(long begun, long over, long took, Finding finding) {}

  private final Predicate<List<ClaimStart>> before;
  private final Semaphore turn;
  private final ThreadFactory threads;
  private final LongSupplier nanos;
  private final Runnable whenOver;
  private final Complaints complaints = new Complaints();
  private @Nullable Thread underWay;
  private volatile boolean ending;
  private volatile @Nullable Result result;

  /**
   * Looks.
   *
   * @param before whether anything stands before these places
   * @param turn whose one permit is held by who looks
   * @param threads makes its thread
   * @param nanos the time
   * @param whenOver is run when there is a result
   */
  LookBack(
      Predicate<List<ClaimStart>> before,
      Semaphore turn,
      ThreadFactory threads,
      LongSupplier nanos,
      Runnable whenOver) {
    this.before = before;
    this.turn = turn;
    this.threads = threads;
    this.nanos = nanos;
    this.whenOver = whenOver;
  }

  /**
   * Takes what came of a look, and begins one that is due.
   *
   * @return how long the next claim may wait at most for what may have been passed over
   */
  long nanosUntilDue(ClaimBound bound, long now) {
    takeResult(bound);
    if (underWay == null) {
      List<ClaimStart> places = bound.placesToLookBefore(now);
      if (places.isEmpty()) {
        return bound.nanosUntilLook(now);
      }
      begin(places);
    }
    // Where a place did not help, meanwhile, the next claim looks itself.
    return bound.isBounded() ? Long.MAX_VALUE : bound.nanosUntilLook(now);
  }

  private void takeResult(ClaimBound bound) {
    Thread thread = underWay;
    boolean ended = thread != null && !thread.isAlive();
    Result known = result;
    if (known == null && ended) {
      long now = nanos.getAsLong();
      known = new Result(now, now, 0, Finding.SOMETHING);
    }
    if (known != null) {
      result = null;
      underWay = null;
      bound.looked(known);
    }
  }

  private void begin(List<ClaimStart> places) {
    ending = false;
    long begun = nanos.getAsLong();
    try {
      Thread thread = threads.newThread(() -> run(begun, places));
      thread.start();
      underWay = thread;
    } catch (RuntimeException | Error e) {
      LOG.debug("no thread to look back: the next claim looks itself", e);
      over(new Result(begun, begun, 0, Finding.SOMETHING));
    }
  }

  /** Waits for the one under way, if any, and drops its result. */
  void awaitEnd() {
    ending = true;
    boolean interrupted = false;
    Thread thread = underWay;
    while (thread != null) {
      try {
        thread.join();
        thread = null;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    underWay = null;
    result = null;
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(long begun, List<ClaimStart> places) {
    turn.acquireUninterruptibly();
    long from = begun;
    Finding finding = Finding.SOMETHING;
    try {
      from = nanos.getAsLong();
      // Nobody waits for what is found once all ends.
      if (!ending) {
        finding = before.test(places) ? Finding.SOMETHING : Finding.NOTHING;
        complaints.over();
      }
    } catch (RuntimeException | Error e) {
      finding = failed(e);
    } finally {
      turn.release();
      long over = nanos.getAsLong();
      over(new Result(begun, over, over - from, finding));
    }
  }

  private void over(Result known) {
    result = known;
    whenOver.run();
  }

  private Finding failed(Throwable failure) {
    if (failure instanceof RiverException e && e.code() == RiverError.TIMED_OUT) {
      LOG.atLevel(complaints.level("slow"))
          .log(
              "jobs that come to stand before others may not be found: the look for them takes longer"
                  + " than the server gives it: {}",
              e.getMessage());
      return Finding.TOO_SLOW;
    }
    LOG.debug("a look back failed: the next claim looks itself, and says what is wrong", failure);
    return Finding.SOMETHING;
  }
}
