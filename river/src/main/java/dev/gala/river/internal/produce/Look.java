package dev.gala.river.internal.produce;

import dev.gala.river.driver.ClaimStart;
import dev.gala.river.internal.lifecycle.Threads;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether anything stands before the places where claims start, on a thread of its own: it
 * may take long, and claims go on meanwhile. For one thread.
 */
final class Look {
  private static final Logger LOG = LoggerFactory.getLogger(Look.class);

  /**
   * What came of a look.
   *
   * @param begun when
   * @param over when
   * @param found whether there is something, or nobody knows because it failed
   */
  record Result(long begun, long over, boolean found) {}

  private final Threads threads;
  private final String role;
  private final Predicate<List<ClaimStart>> before;
  private final LongSupplier nanos;
  private final Runnable whenOver;
  private @Nullable Thread underWay;
  private volatile @Nullable Result result;

  /**
   * Looks.
   *
   * @param before whether anything stands before these places
   * @param whenOver is run by the thread that has looked
   */
  Look(
      Threads threads,
      String role,
      Predicate<List<ClaimStart>> before,
      LongSupplier nanos,
      Runnable whenOver) {
    this.threads = threads;
    this.role = role;
    this.before = before;
    this.nanos = nanos;
    this.whenOver = whenOver;
  }

  /** Whether one was begun whose result was not taken. */
  boolean isUnderWay() {
    return underWay != null;
  }

  /** Begins one. None may be under way. */
  void begin(List<ClaimStart> places) {
    Thread thread = threads.loop(role, () -> run(places));
    thread.start();
    underWay = thread;
  }

  /** The result of the one under way, once; null if there is none yet. */
  @Nullable Result take() {
    Result taken = result;
    if (taken != null) {
      result = null;
      underWay = null;
    }
    return taken;
  }

  /** Waits for the one under way, and drops its result. */
  void awaitEnd() {
    boolean interrupted = false;
    while (underWay != null) {
      try {
        underWay.join();
        underWay = null;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    result = null;
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(List<ClaimStart> places) {
    long begun = nanos.getAsLong();
    boolean found = true;
    try {
      found = before.test(places);
    } catch (RuntimeException | Error e) {
      LOG.debug("{} failed: the next claim looks itself, and says what is wrong", role, e);
    } finally {
      result = new Result(begun, nanos.getAsLong(), found);
      whenOver.run();
    }
  }
}
