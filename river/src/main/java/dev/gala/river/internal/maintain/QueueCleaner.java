package dev.gala.river.internal.maintain;

import dev.gala.river.driver.Driver;
import dev.gala.river.driver.Maintenance.QueueDeleteExpiredParams;
import dev.gala.river.internal.lifecycle.Threads;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes the rows of queues that no client has worked for a day. */
public final class QueueCleaner extends MaintenanceLoop {
  private static final Logger LOG = LoggerFactory.getLogger(QueueCleaner.class);
  private static final Duration RETENTION = Duration.ofHours(24);

  private final Driver driver;

  /** A cleaner. */
  public QueueCleaner(Driver driver, Pace pace, Threads threads) {
    super(threads, "queue-cleaner", pace, BATCH);
    this.driver = driver;
  }

  @Override
  void pass() {
    boolean full = true;
    while (full && !stopping()) {
      List<String> deleted =
          statement(
              rows ->
                  driver
                      .maintenance()
                      .queueDeleteExpired(new QueueDeleteExpiredParams(RETENTION, rows), LIMIT));
      if (!deleted.isEmpty()) {
        LOG.info("forgot {} queue(s) that nobody works: {}", deleted.size(), deleted);
      }
      full = deleted.size() == rows();
      if (full) {
        rest();
      }
    }
  }
}
