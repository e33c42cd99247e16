package dev.gala.river.fake;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

/** Holds calls until it is opened; open once, open for ever. */
public final class Gate {
  private final Semaphore entered = new Semaphore(0);
  private final CountDownLatch opened = new CountDownLatch(1);

  /** Passes the gate, as a call under way does. */
  public void pass() {
    entered.release();
    Await.latch("the gate to open", opened);
  }

  /** Waits until one more call stands at the gate. */
  public void awaitEntered() {
    Await.permits("a call at the gate", entered, 1);
  }

  /** Lets every call pass. */
  public void open() {
    opened.countDown();
  }
}
