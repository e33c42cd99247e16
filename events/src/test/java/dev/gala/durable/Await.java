package dev.gala.durable;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting for what must come, with a deadline only a hang can reach. */
public final class Await {
  /** Longer than anything here may take on a busy machine. */
  public static final Duration DEADLINE = Duration.ofSeconds(60);

  private Await() {}

  /** Waits for a latch. */
  public static void latch(String what, CountDownLatch latch) throws InterruptedException {
    if (!latch.await(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("waited in vain for " + what + ", missing " + latch.getCount());
    }
  }

  /** Waits for a latch, whatever interrupts: as a handler does that heeds nothing. */
  public static void stubbornly(CountDownLatch latch) {
    boolean interrupted = false;
    while (true) {
      try {
        latch("a stubborn wait to be over", latch);
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Takes the next element. */
  public static <T> T next(String what, BlockingQueue<T> queue) throws InterruptedException {
    T next = queue.poll(DEADLINE.toSeconds(), TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("waited in vain for " + what);
    }
    return next;
  }

  /** Looks again and again: for what gives no signal. */
  public static void until(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + DEADLINE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("waited in vain for " + what);
      }
      LockSupport.parkNanos(5_000_000);
    }
  }
}
