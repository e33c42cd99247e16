package dev.gala.river.internal.subscribe;

import dev.gala.river.job.RiverEvent;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long attempts take on average, for the log at debug level; without that level it costs
 * nothing. Safe for use by many threads.
 */
public final class Averages {
  private static final Logger LOG = LoggerFactory.getLogger(Averages.class);

  private final ReentrantLock lock = new ReentrantLock();
  private long count;
  private Duration queueWait = Duration.ZERO;
  private Duration run = Duration.ZERO;
  private Duration complete = Duration.ZERO;

  /** Of nothing yet. */
  public Averages() {}

  /** Whether anybody would read them. */
  public boolean wanted() {
    return LOG.isDebugEnabled();
  }

  /** Takes the times of an attempt that ended. */
  public void add(RiverEvent event) {
    RiverEvent.Statistics times = event.statistics();
    if (times == null || !wanted()) {
      return;
    }
    lock.lock();
    try {
      count++;
      queueWait = queueWait.plus(times.queueWait());
      run = run.plus(times.run());
      complete = complete.plus(times.complete());
    } finally {
      lock.unlock();
    }
  }

  /** Logs the averages since the last time, if there are any. */
  public void log() {
    lock.lock();
    try {
      if (count > 0) {
        LOG.debug(
            "{} attempts ended; on average they waited {}, ran {}, and {} went by until their end"
                + " was written",
            count,
            queueWait.dividedBy(count),
            run.dividedBy(count),
            complete.dividedBy(count));
      }
      count = 0;
      queueWait = Duration.ZERO;
      run = Duration.ZERO;
      complete = Duration.ZERO;
    } finally {
      lock.unlock();
    }
  }
}
