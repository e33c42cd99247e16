package dev.gala.river.fake;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting for what must come, with a deadline only a hang can reach. */
public final class Await {
  /** Longer than anything here may take, shorter than a person's patience. */
  public static final Duration DEADLINE = Duration.ofSeconds(20);

  private Await() {}

  /** Waits for a latch; callers may be interrupted meanwhile and stay so. */
  public static void latch(String what, CountDownLatch latch) {
    uninterrupted(what, () -> latch.await(DEADLINE.toNanos(), TimeUnit.NANOSECONDS));
  }

  /** Takes permits. */
  public static void permits(String what, Semaphore semaphore, int permits) {
    uninterrupted(
        what, () -> semaphore.tryAcquire(permits, DEADLINE.toNanos(), TimeUnit.NANOSECONDS));
  }

  /** Waits for a thread's end. */
  public static void end(Thread thread) {
    uninterrupted("the end of " + thread.getName(), () -> thread.join(DEADLINE));
  }

  /** Waits until a thread waits for something. */
  public static void parked(Thread thread) {
    until(
        thread.getName() + " to wait",
        () ->
            thread.getState() == Thread.State.WAITING
                || thread.getState() == Thread.State.TIMED_WAITING);
  }

  /** Looks again and again: for what gives no signal. */
  public static void until(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + DEADLINE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("waited in vain for " + what);
      }
      LockSupport.parkNanos(200_000);
    }
  }

  private interface Wait {
    boolean ended() throws InterruptedException;
  }

  private static void uninterrupted(String what, Wait wait) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          if (!wait.ended()) {
            throw new AssertionError("waited in vain for " + what);
          }
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
