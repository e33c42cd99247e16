package dev.gala.river.internal.rescue;

import java.util.function.LongSupplier;

/**
 * Until when a client may act in its own name. Safe for use by many threads.
 *
 * <p>Without a heartbeat nobody takes the client for dead, and the lease has no end.
 */
public final class Lease {
  private final LongSupplier nanos;
  private volatile boolean limited;
  private volatile long until;

  /** A lease without an end, by the machine's clock. */
  public Lease() {
    this(System::nanoTime);
  }

  /**
   * A lease without an end.
   *
   * @param nanos tells the time, as {@link System#nanoTime}
   */
  Lease(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** Whether it holds now. */
  public boolean holds() {
    return !limited || nanos.getAsLong() - until < 0;
  }

  /** Whether it has an end. */
  boolean isLimited() {
    return limited;
  }

  /** Whether it holds now, by a heartbeat: should the process die, others will notice. */
  public boolean isWatched() {
    return limited && nanos.getAsLong() - until < 0;
  }

  /** It holds until then. */
  void renew(long until) {
    this.until = until;
    limited = true;
  }

  /** It has no end. */
  void lift() {
    limited = false;
  }
}
