package dev.gala.cli.input;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C, or another polite request to end the process. The run waits on it wherever it waits; the
 * end of the process waits, for a while, until the run has cleaned up. Safe for many threads.
 */
public final class EndRequest implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final CountDownLatch made = new CountDownLatch(1);
  private final CountDownLatch cleanedUp = new CountDownLatch(1);
  private final Thread hook = CommandThreads.unstarted("gala-end", this::end);
  private volatile boolean somethingToCleanUp;

  private EndRequest() {}

  /** Listens for a request until it is closed. */
  public static EndRequest listen() {
    var request = new EndRequest();
    Runtime.getRuntime().addShutdownHook(request.hook);
    return request;
  }

  /** From now on the process does not end before this is closed. */
  public void cleanUpFirst() {
    somethingToCleanUp = true;
  }

  /** Whether it is made. */
  public boolean isMade() {
    return made.getCount() == 0;
  }

  /** Waits until a time by {@link System#nanoTime()}, or for a request; says whether it is made. */
  public boolean awaitUntil(long nanoTime) {
    try {
      return made.await(nanoTime - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /** All is cleaned up. */
  @Override
  public void close() {
    cleanedUp.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending: the hook runs.
      made.countDown();
    }
  }

  private void end() {
    made.countDown();
    if (!somethingToCleanUp) {
      return;
    }
    try {
      // A throw-away server goes in any case: its watcher sees to it.
      boolean inTime = cleanedUp.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (!inTime) {
        System.err.println("gala: could not clean up in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
