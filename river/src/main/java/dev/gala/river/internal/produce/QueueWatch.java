package dev.gala.river.internal.produce;

import dev.gala.river.internal.lifecycle.LoopService;
import dev.gala.river.internal.lifecycle.Threads;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Says now and then that this client works its queues, and how they stand, and looks for what
 * notifications tell: often where there are none, seldom where they may go another way, and at once
 * after some may have been lost. Apart from the fetching, which does not wait for it.
 */
final class QueueWatch extends LoopService {
  private static final long LONGEST_JITTER = TimeUnit.SECONDS.toNanos(1);

  /**
   * How often.
   *
   * @param reportInterval between two reports, and up to 1 s more
   * @param lookInterval between two looks
   * @param logInterval between two lines in the log
   */
  record Config(Duration reportInterval, Duration lookInterval, Duration logInterval) {}

  private final Config config;
  private final Supplier<? extends Collection<Producer>> producers;
  private final Runnable lookForCancels;
  private final Runnable logTotals;
  private final AtomicBoolean lookAsked = new AtomicBoolean();
  private long nextReport;
  private long nextLook;
  private long nextLog;

  /**
   * A watch over {@code producers}.
   *
   * @param lookForCancels looks for cancellations of what runs here
   * @param logTotals logs how the queues stand together
   */
  QueueWatch(
      Config config,
      Threads threads,
      Supplier<? extends Collection<Producer>> producers,
      Runnable lookForCancels,
      Runnable logTotals) {
    super(threads, "queues");
    this.config = config;
    this.producers = producers;
    this.lookForCancels = lookForCancels;
    this.logTotals = logTotals;
  }

  /** Says that notifications may have been lost. Safe for many threads. */
  void look() {
    lookAsked.set(true);
    wakeup().signal();
  }

  /** The producers have just reported, and seen their rows. */
  @Override
  protected void beforeStart() {
    long now = System.nanoTime();
    nextReport = now + untilReport();
    nextLook = now + config.lookInterval().toNanos();
    nextLog = now + config.logInterval().toNanos();
  }

  @Override
  protected void round() {
    if (nextLog - System.nanoTime() <= 0) {
      nextLog = System.nanoTime() + config.logInterval().toNanos();
      producers.get().forEach(Producer::logCounts);
      logTotals.run();
    }
    if (lookAsked.getAndSet(false) || nextLook - System.nanoTime() <= 0) {
      lookAtAll();
      nextLook = System.nanoTime() + config.lookInterval().toNanos();
    }
    if (nextReport - System.nanoTime() <= 0) {
      producers.get().forEach(Producer::report);
      nextReport = System.nanoTime() + untilReport();
    }
    works();
    long next = Math.min(Math.min(nextReport, nextLog), nextLook);
    wakeup().await(next - System.nanoTime());
  }

  private void lookAtAll() {
    boolean done = false;
    try {
      producers.get().forEach(Producer::look);
      lookForCancels.run();
      done = true;
    } finally {
      if (!done) {
        lookAsked.set(true);
      }
    }
  }

  private long untilReport() {
    return config.reportInterval().toNanos() + ThreadLocalRandom.current().nextLong(LONGEST_JITTER);
  }
}
