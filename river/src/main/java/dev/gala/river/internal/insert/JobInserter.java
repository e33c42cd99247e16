package dev.gala.river.internal.insert;

import dev.gala.river.driver.Driver;
import dev.gala.river.driver.InsertPayload;
import dev.gala.river.driver.JobInserted;
import dev.gala.river.driver.NotificationTopic;
import dev.gala.river.internal.lifecycle.Backoff;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.internal.lifecycle.Timer;
import dev.gala.river.job.Durability;
import dev.gala.river.job.HolderCheck;
import dev.gala.river.job.InsertResult;
import dev.gala.river.job.JobInsert;
import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.job.Tx;
import dev.gala.river.spi.Plugin;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Inserts jobs. Works from its construction to its {@link #close()}; safe for many threads. */
public final class JobInserter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JobInserter.class);

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  /** A notification under way takes milliseconds, or the database is away. */
  private static final Duration TRAILING_TIMEOUT = Duration.ofSeconds(1);

  /**
   * How jobs are inserted.
   *
   * @param maxAttempts of jobs that say nothing; at least 1
   * @param notifyCooldown least time between two notifications of a queue
   * @param clock the time of inserts, where it belongs to a unique key
   * @param knownKinds the only kinds to be inserted; null means all are
   * @param plugins around inserts of every kind
   * @param kindPlugins around inserts of single kinds, inside the others
   */
  public record Config(
      int maxAttempts,
      Duration notifyCooldown,
      InstantSource clock,
      @Nullable Set<String> knownKinds,
      List<Plugin> plugins,
      Map<String, List<Plugin>> kindPlugins) {}

  /** What inserts of one durability go by; in a caller's transaction that of full. */
  private record Way(InsertStatements statements, InsertCoalescer coalescer) {}

  private final Driver driver;
  private final Config config;
  private final Timer timer;
  private final InsertNotifications notifications;
  private final InsertPlugins plugins;
  private final Map<Durability, Way> ways = new EnumMap<>(Durability.class);
  private final UnderWay underWay = new UnderWay();

  /** Of the timer's thread. */
  private final Backoff backoff = new Backoff();

  /** Whether trailing notifications that failed will be sent again; of the timer's thread. */
  private boolean retrying;

  /**
   * An inserter of rows that are claimed.
   *
   * @param localWakeup is told of each queue that a committed insert of ours made work for
   */
  public JobInserter(Driver driver, Config config, Threads threads, Consumer<String> localWakeup) {
    this(driver, config, threads, DirectWork.NONE, localWakeup);
  }

  /**
   * An inserter.
   *
   * @param direct where rows may begin in the moment they are inserted
   * @param localWakeup is told of each queue that a committed insert of ours made work for
   */
  public JobInserter(
      Driver driver,
      Config config,
      Threads threads,
      DirectWork direct,
      Consumer<String> localWakeup) {
    this.driver = driver;
    this.config = config;
    this.timer = threads.timer("notify-timer");
    this.notifications = new InsertNotifications(config.notifyCooldown(), this::scheduleTrailing);
    this.plugins = new InsertPlugins(config.plugins(), config.kindPlugins());
    for (Durability durability : Durability.values()) {
      var statements = new InsertStatements(driver, durability, notifications, direct, localWakeup);
      String name =
          switch (durability) {
            case FULL -> "insert";
            case RELAXED -> "insert-relaxed";
          };
      var coalescer = new InsertCoalescer(statements.shared(), threads, name);
      ways.put(durability, new Way(statements, coalescer));
    }
  }

  private Way way(List<? extends JobInsert<?>> inserts, Tx tx) {
    return Objects.requireNonNull(ways.get(InsertRules.durability(inserts, tx)));
  }

  /** The same, where every holder of a key will do. */
  public List<InsertResult> insertMany(List<? extends JobInsert<?>> inserts, Tx tx) {
    return insertMany(inserts, tx, HolderCheck.NONE);
  }

  /**
   * Inserts all or none.
   *
   * @param check looks at the holders of keys that are taken; if it throws, nothing is inserted
   * @return the rows, in the order of {@code inserts}; those that hold the keys of duplicates
   */
  public List<InsertResult> insertMany(
      List<? extends JobInsert<?>> inserts, Tx tx, HolderCheck check) {
    underWay.begin();
    try {
      return insertRows(way(inserts, tx), rows(inserts), tx, check);
    } finally {
      underWay.end();
    }
  }

  /** Inserts jobs of periodic definitions, all or none, in a transaction of its own. */
  public List<InsertResult> insertPeriodic(List<PeriodicInsert<?>> inserts) {
    underWay.begin();
    try {
      var rows = new ArrayList<JobInsertParams>(inserts.size());
      for (PeriodicInsert<?> periodic : inserts) {
        checkKind(periodic.insert().type().kind());
        rows.add(periodic.row(config.maxAttempts(), config.clock()));
      }
      List<? extends JobInsert<?>> jobs = inserts.stream().map(PeriodicInsert::insert).toList();
      return insertRows(way(jobs, Tx.own()), rows, Tx.own(), HolderCheck.NONE);
    } finally {
      underWay.end();
    }
  }

  /**
   * Inserts all or none, by the fastest way there is. A unique key that is taken fails all.
   *
   * @return how many were inserted
   */
  public int insertBulk(List<? extends JobInsert<?>> inserts, Tx tx) {
    underWay.begin();
    try {
      InsertStatements statements = way(inserts, tx).statements();
      List<JobInsertParams> rows = rows(inserts);
      if (plugins.isEmpty()) {
        return statements.insertBulk(rows, tx);
      }
      List<InsertResult> results =
          plugins.insertMany(rows, changed -> writeBulk(statements, changed, tx));
      return (int) results.stream().filter(result -> !result.skippedAsDuplicate()).count();
    } finally {
      underWay.end();
    }
  }

  /**
   * Refuses further inserts, waits for those under way, sends the trailing notifications that are
   * still to come, and ends the threads. Idempotent.
   *
   * <p>Where the database is away the notifications are left to the pollers.
   */
  @Override
  public void close() {
    int left = underWay.close(CLOSE_TIMEOUT);
    if (left > 0) {
      LOG.warn("{} inserts are still under way: they wait for the database, and end later", left);
    }
    ways.values().forEach(way -> way.coalescer().close());
    timer.close(TRAILING_TIMEOUT);
    notifications.takeTrailing();
    Set<String> queues = notifications.outstanding();
    if (queues.isEmpty()) {
      return;
    }
    try {
      notifyQueues(queues);
      notifications.sent(queues, System.nanoTime());
    } catch (RiverException e) {
      LOG.warn("queues {} could not be notified: their jobs are found by polling", queues, e);
    }
  }

  /** How many inserts wait for a statement to share. */
  int waiting() {
    return ways.values().stream().mapToInt(way -> way.coalescer().waiting()).sum();
  }

  /** Every option decided and checked, before the database is asked. */
  private List<JobInsertParams> rows(List<? extends JobInsert<?>> inserts) {
    if (inserts.isEmpty()) {
      throw new RiverException(RiverError.INSERT_INVALID, "no jobs to insert: the list is empty");
    }
    var rows = new ArrayList<JobInsertParams>(inserts.size());
    for (JobInsert<?> insert : inserts) {
      checkKind(insert.type().kind());
      rows.add(InsertRules.row(insert, config.maxAttempts(), config.clock()));
    }
    return rows;
  }

  private void checkKind(String kind) {
    Set<String> known = config.knownKinds();
    if (known != null && !known.contains(kind)) {
      throw new RiverException(
          RiverError.UNKNOWN_KIND,
          "job kind \""
              + kind
              + "\" has no worker in this client: add one, or set skipUnknownKindCheck(true) if"
              + " another client works it");
    }
  }

  private List<InsertResult> insertRows(
      Way way, List<JobInsertParams> rows, Tx tx, HolderCheck check) {
    return plugins.isEmpty()
        ? write(way, rows, tx, check)
        : plugins.insertMany(rows, changed -> write(way, changed, tx, check));
  }

  private static List<InsertResult> write(
      Way way, List<JobInsertParams> rows, Tx tx, HolderCheck check) {
    InsertStatements statements = way.statements();
    if (rows.isEmpty()) {
      return List.of(); // Plugins may leave nothing to insert.
    }
    if (rows.stream().anyMatch(row -> row.uniqueKey() != null)) {
      return statements.insertUnique(rows, tx, check);
    }
    if (rows.size() == 1 && tx instanceof Tx.Own) {
      return results(statements, rows, List.of(way.coalescer().insert(rows.getFirst())));
    }
    return results(statements, rows, statements.insertFast(rows, tx));
  }

  /** With rows as far as they are known without the database's word: id 0, and our time. */
  private List<InsertResult> writeBulk(
      InsertStatements statements, List<JobInsertParams> rows, Tx tx) {
    if (rows.isEmpty()) {
      return List.of();
    }
    statements.insertBulk(rows, tx);
    var inserted = new JobInserted(0, config.clock().instant());
    return results(statements, rows, Collections.nCopies(rows.size(), inserted));
  }

  private void scheduleTrailing(String queue, long delayNanos) {
    timer.after(delayNanos, () -> sendTrailing(queue));
  }

  private void sendTrailing(String queue) {
    if (notifications.takeTrailing(queue, System.nanoTime())) {
      send(Set.of(queue));
    }
  }

  private void send(Set<String> queues) {
    try {
      notifyQueues(queues);
      notifications.sent(queues, System.nanoTime());
      backoff.reset();
    } catch (RiverException e) {
      LOG.debug("queues {} could not be notified, which is tried again", queues, e);
      notifications.notSent(queues);
      if (!retrying) {
        retrying = true;
        timer.after(backoff.next(), this::retryTrailing);
      }
    }
  }

  /** One statement for all: while the database is away, the timer's thread waits for one alone. */
  private void retryTrailing() {
    retrying = false;
    Set<String> queues = notifications.takeTrailing();
    if (!queues.isEmpty()) {
      send(queues);
    }
  }

  private void notifyQueues(Set<String> queues) {
    List<String> payloads = queues.stream().map(InsertPayload::of).toList();
    driver.executor().notifyMany(NotificationTopic.INSERT, payloads);
  }

  private static List<InsertResult> results(
      InsertStatements statements, List<JobInsertParams> rows, List<JobInserted> inserted) {
    var results = new ArrayList<InsertResult>(rows.size());
    for (int i = 0; i < rows.size(); i++) {
      results.add(new InsertResult(statements.row(rows.get(i), inserted.get(i)), false));
    }
    return results;
  }
}
