package dev.gala.bench.load;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Does things at a fixed rate, whether the things before have ended or not. */
public final class Pace {
  /** Begins the thing of a number; does not wait for its end. */
  @FunctionalInterface
  public interface Begin {
    /** Begins it. */
    void begin(int number);
  }

  private Pace() {}

  /** Begins so many things, evenly spread. */
  public static void run(int count, int perSecond, Begin what) {
    long start = System.nanoTime();
    long step = TimeUnit.SECONDS.toNanos(1) / perSecond;
    for (int i = 0; i < count; i++) {
      long due = start + i * step;
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      what.begin(i);
    }
  }
}
