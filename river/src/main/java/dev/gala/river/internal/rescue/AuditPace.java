package dev.gala.river.internal.rescue;

import java.time.Duration;

/**
 * When the next audit is due. Audits that take long are to come seldom, as where somebody's old
 * snapshot makes each of them slow. A single one that did had only waited, for a database that was
 * away; just then there may be something to find. For one thread.
 */
final class AuditPace {
  /** Audits take at most this part of the time. */
  private static final int EASE = 20;

  private final long interval;
  private long before;

  /** A pace of one audit in {@code interval} where nothing is slow. */
  AuditPace(Duration interval) {
    this.interval = interval.toNanos();
  }

  /** From the beginning of an audit that took so long to the next one's. */
  long untilNext(long took) {
    long usual = Math.min(took, before);
    before = took;
    return Math.max(interval, usual * EASE);
  }
}
