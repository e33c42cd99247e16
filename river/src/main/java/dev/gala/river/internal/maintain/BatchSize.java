package dev.gala.river.internal.maintain;

import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many rows a statement takes. After three that took too long, one after the other and within
 * ten minutes, a tenth of it, for good: the database is too busy, or the rows too large. For one
 * thread, on nanosecond times.
 */
final class BatchSize {
  private static final Logger LOG = LoggerFactory.getLogger(BatchSize.class);
  private static final int PATIENCE = 3;
  private static final long MEMORY = TimeUnit.MINUTES.toNanos(10);

  private int rows;
  private boolean reduced;
  private int timeouts;
  private long firstTimeout;

  BatchSize(int rows) {
    this.rows = rows;
  }

  int rows() {
    return rows;
  }

  void succeeded() {
    timeouts = 0;
  }

  void failed(RuntimeException failure, long now) {
    boolean timedOut = failure instanceof RiverException e && e.code() == RiverError.TIMED_OUT;
    if (!timedOut || reduced) {
      timeouts = 0;
      return;
    }
    if (timeouts == 0 || now - firstTimeout > MEMORY) {
      timeouts = 0;
      firstTimeout = now;
    }
    timeouts++;
    if (timeouts == PATIENCE) {
      reduced = true;
      rows = Math.max(rows / 10, 1);
      LOG.warn("statements of this client's maintenance take too long: now of {} rows each", rows);
    }
  }
}
