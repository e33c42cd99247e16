package dev.gala.river.internal.execute;

import dev.gala.river.internal.lifecycle.Timer;
import dev.gala.river.job.JobRow;
import dev.gala.river.worker.StuckJob;
import dev.gala.river.worker.StuckJobHandler;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks after attempts that go on although their time is over. Safe for use by many threads. */
final class StuckWatch {
  /**
   * What is stuck, and what is done about it.
   *
   * @param threshold how long after the end of its time an attempt counts as stuck
   * @param handler is told; null if nobody is
   */
  record Config(Duration threshold, @Nullable StuckJobHandler handler) {}

  private static final Logger LOG = LoggerFactory.getLogger(StuckWatch.class);

  private final Config config;
  private final ThreadFactory threads;
  private final AtomicInteger stuck = new AtomicInteger();

  /**
   * A watch.
   *
   * @param threads for the handler's calls
   */
  StuckWatch(Config config, ThreadFactory threads) {
    this.config = config;
    this.threads = threads;
  }

  /** Begins to watch an attempt whose time is over. */
  void timedOut(Attempt attempt, Timer timer) {
    // Not cancelled when the attempt ends: it finds that out itself, and most attempts never come.
    timer.after(TimeUnit.NANOSECONDS.convert(config.threshold()), () -> look(attempt));
  }

  /** Says that an attempt has ended. */
  void ended(Attempt attempt) {
    if (attempt.end()) {
      stuck.decrementAndGet();
    }
  }

  private void look(Attempt attempt) {
    if (!attempt.markStuck()) {
      return;
    }
    JobRow job = attempt.job();
    int count = stuck.incrementAndGet();
    LOG.warn(
        "job {} of kind {} in queue {} goes on {} after the end of its time and keeps its slot;"
            + " stuck jobs of this client: {}",
        job.id(),
        job.kind(),
        job.queue(),
        config.threshold(),
        count);
    StuckJobHandler handler = config.handler();
    if (handler != null) {
      var event = new StuckJob(job.id(), job.kind(), job.queue(), count);
      // Users' code could hold up the timer, and with it everybody's timeouts.
      threads.newThread(() -> ask(handler, event, attempt)).start();
    }
  }

  private static void ask(StuckJobHandler handler, StuckJob event, Attempt attempt) {
    try {
      switch (handler.stuck(event)) {
        case ADD_SLOT -> attempt.freeSlot();
        case WAIT -> {}
      }
    } catch (RuntimeException | Error e) {
      LOG.warn("the stuck-job handler failed for job {}", event.id(), e);
    }
  }
}
