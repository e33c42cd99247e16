package dev.gala.river.internal.insert;

import dev.gala.river.driver.Driver;
import dev.gala.river.driver.InsertPayload;
import dev.gala.river.driver.JobInserted;
import dev.gala.river.driver.NotificationTopic;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.internal.lifecycle.Timer;
import dev.gala.river.job.InsertResult;
import dev.gala.river.job.JobInsert;
import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.job.Tx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Inserts jobs. Works from its construction to its {@link #close()}; safe for many threads. */
public final class JobInserter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JobInserter.class);

  /**
   * How jobs are inserted.
   *
   * @param maxAttempts of jobs that say nothing; at least 1
   * @param notifyCooldown least time between two notifications of a queue
   */
  public record Config(int maxAttempts, Duration notifyCooldown) {}

  private final Driver driver;
  private final Config config;
  private final Consumer<String> localWakeup;
  private final Timer timer;
  private final InsertNotifications notifications;

  /**
   * An inserter.
   *
   * @param localWakeup is told of each queue that a committed insert of ours made work for
   */
  public JobInserter(Driver driver, Config config, Threads threads, Consumer<String> localWakeup) {
    this.driver = driver;
    this.config = config;
    this.localWakeup = localWakeup;
    this.timer = threads.timer("notify-timer");
    this.notifications = new InsertNotifications(config.notifyCooldown(), this::scheduleTrailing);
  }

  /**
   * Inserts all or none.
   *
   * @return the rows, in the order of {@code inserts}
   */
  public List<InsertResult> insertMany(List<? extends JobInsert<?>> inserts, Tx tx) {
    if (inserts.isEmpty()) {
      throw new RiverException(RiverError.INSERT_INVALID, "no jobs to insert: the list is empty");
    }
    var rows = new ArrayList<JobInsertParams>(inserts.size());
    var queues = new LinkedHashSet<String>();
    for (JobInsert<?> insert : inserts) {
      JobInsertParams row = InsertRules.row(insert, config.maxAttempts());
      rows.add(row);
      if (row.state() == JobState.AVAILABLE) {
        queues.add(row.queue());
      }
    }
    List<JobInserted> inserted =
        switch (tx) {
          case Tx.Own own -> insertInOwnTransaction(rows, queues);
          case Tx.OnConnection(var connection) ->
              driver.executor(connection).jobInsertFast(rows, queues);
        };
    return results(rows, inserted);
  }

  /**
   * Sends the trailing notifications that are still to come, and ends the timer. Idempotent.
   *
   * <p>Where the database is away they are left to the pollers.
   */
  @Override
  public void close() {
    timer.close();
    Set<String> queues = notifications.takeTrailing();
    if (queues.isEmpty()) {
      return;
    }
    try {
      notifyQueues(queues);
    } catch (RiverException e) {
      LOG.warn("queues {} could not be notified: their jobs are found by polling", queues, e);
    }
  }

  private List<JobInserted> insertInOwnTransaction(List<JobInsertParams> rows, Set<String> queues) {
    Set<String> due = notifications.due(queues, System.nanoTime());
    List<JobInserted> inserted = driver.executor().jobInsertFast(rows, due);
    notifications.committed(queues, due, System.nanoTime());
    queues.forEach(localWakeup);
    return inserted;
  }

  private void scheduleTrailing(String queue, long delayNanos) {
    timer.after(delayNanos, () -> sendTrailing(queue));
  }

  private void sendTrailing(String queue) {
    notifications.trailingSent(queue);
    try {
      notifyQueues(Set.of(queue));
      notifications.committed(Set.of(queue), Set.of(queue), System.nanoTime());
    } catch (RiverException e) {
      LOG.debug("queue {} could not be notified: its jobs are found by polling", queue, e);
    }
  }

  private void notifyQueues(Set<String> queues) {
    List<String> payloads = queues.stream().map(InsertPayload::of).toList();
    driver.executor().notifyMany(NotificationTopic.INSERT, payloads);
  }

  private static List<InsertResult> results(
      List<JobInsertParams> rows, List<JobInserted> inserted) {
    var results = new ArrayList<InsertResult>(rows.size());
    for (int i = 0; i < rows.size(); i++) {
      results.add(new InsertResult(row(rows.get(i), inserted.get(i)), false));
    }
    return results;
  }

  private static JobRow row(JobInsertParams row, JobInserted inserted) {
    Instant scheduledAt = row.scheduledAt();
    return new JobRow(
        inserted.id(),
        row.state(),
        0,
        row.maxAttempts(),
        null,
        inserted.createdAt(),
        null,
        scheduledAt == null ? inserted.createdAt() : scheduledAt,
        row.priority(),
        row.args(),
        List.of(),
        List.of(),
        row.kind(),
        row.metadata(),
        row.queue(),
        row.tags(),
        null,
        Set.of());
  }
}
