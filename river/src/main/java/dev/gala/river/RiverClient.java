package dev.gala.river;

import dev.gala.river.driver.NotificationTopic;
import dev.gala.river.internal.control.Transactions;
import dev.gala.river.internal.insert.InsertRules;
import dev.gala.river.internal.notify.LeadershipMessage;
import dev.gala.river.job.Health;
import dev.gala.river.job.HolderCheck;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.InsertResult;
import dev.gala.river.job.JobInsert;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobType;
import dev.gala.river.job.QueueConfig;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverEvent;
import dev.gala.river.job.RiverException;
import dev.gala.river.job.Subscription;
import dev.gala.river.job.Tx;
import dev.gala.river.migrate.Migrator;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Inserts jobs and, once started, works them. Safe for use by many threads.
 *
 * <p>A job is worked at least once: if this process dies before the end of an attempt is written,
 * the job runs again.
 */
public final class RiverClient implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RiverClient.class);
  private static final int EVENTS_KEPT = 1_000;
  private static final int OLDEST_SCHEMA = 6;
  private static final int NEWEST_SCHEMA = 8;

  private final RiverDatabase database;
  private final RiverConfig config;
  private final String id;
  private final ClientParts parts;
  private final ReentrantLock lifecycle = new ReentrantLock();
  private boolean running;
  private volatile boolean closed;

  private RiverClient(RiverDatabase database, RiverConfig config) {
    this.database = database;
    this.config = config;
    this.id = ClientId.of(config);
    this.parts = new ClientParts(id, database.driver(), config);
  }

  /**
   * A client on {@code database}, which it does not close. Without queues in its configuration it
   * only inserts.
   */
  public static RiverClient create(RiverDatabase database, RiverConfig config) {
    return new RiverClient(database, config);
  }

  /** The client's id, as written to the jobs it claims: its name, if it has one, and a mark. */
  public String id() {
    return id;
  }

  /**
   * How the client is, as far as it knows: what fails is tried again for ever, and told here until
   * it works again. A client that does not run knows of nothing.
   */
  public Health health() {
    return parts.health();
  }

  /** Inserts a job with default options in a transaction of its own. */
  public <T> InsertResult insert(JobType<T> type, T args) {
    return insert(type, args, InsertOptions.defaults(), Tx.own());
  }

  /**
   * Inserts a job.
   *
   * <p>Inserts that come at the same time share a transaction where neither a connection nor a
   * unique key is given, and where their {@link dev.gala.river.job.Durability} is the same; each
   * still returns when its own row is committed. An interrupt does not end the wait for that, and
   * stays set.
   *
   * @throws RiverException with {@link RiverError#INSERT_INVALID} if an option breaks a rule,
   *     {@link RiverError#UNKNOWN_KIND} if this client has workers, but none for the kind, {@link
   *     RiverError#OUTCOME_UNKNOWN} if the connection was lost while committing, or what the
   *     database says; except for an unknown outcome, nothing was inserted
   */
  public <T> InsertResult insert(JobType<T> type, T args, InsertOptions options, Tx tx) {
    return insertMany(List.of(new JobInsert<>(type, args, options)), tx).getFirst();
  }

  /**
   * Inserts all or none, in one statement.
   *
   * @return the rows, in the order of {@code inserts}
   * @throws RiverException as {@link #insert(JobType, Object, InsertOptions, Tx)}, or with {@link
   *     RiverError#CLIENT_STATE} if the client is closed
   */
  public List<InsertResult> insertMany(List<? extends JobInsert<?>> inserts, Tx tx) {
    return insertMany(inserts, tx, HolderCheck.NONE);
  }

  /**
   * Inserts all or none, and asks before the commit about each job that is not inserted because
   * another holds its unique key. In a caller's transaction what was done before stands.
   *
   * @param check throws to have nothing inserted; that is thrown on
   * @return the rows, in the order of {@code inserts}
   * @throws RiverException as {@link #insertMany(List, Tx)}
   */
  public List<InsertResult> insertMany(
      List<? extends JobInsert<?>> inserts, Tx tx, HolderCheck check) {
    return parts.inserter().insertMany(inserts, tx, check);
  }

  /** {@link #subscribe(Set, int)} with room for 1,000 events. */
  public Subscription subscribe(Set<RiverEvent.Kind> kinds) {
    return subscribe(kinds, EVENTS_KEPT);
  }

  /**
   * Subscribes to what happens to the jobs this client works and to its queues, from now until it
   * stops. An event comes when what it tells is written. Of jobs worked, rescued or changed by
   * others there is none.
   *
   * @param kinds what to tell
   * @param capacity how many events are kept until they are fetched, at least 1; more are dropped
   * @throws RiverException with {@link RiverError#PARAMS_INVALID} if there are no kinds or there is
   *     no room, {@link RiverError#CLIENT_STATE} if the client is closed or works no queues
   */
  public Subscription subscribe(Set<RiverEvent.Kind> kinds, int capacity) {
    if (kinds.isEmpty() || capacity < 1) {
      throw new RiverException(
          RiverError.PARAMS_INVALID,
          "a subscription to " + kinds + " with room for " + capacity + ": give a kind and room");
    }
    if (closed || parts.producers().isEmpty()) {
      throw new RiverException(
          RiverError.CLIENT_STATE,
          "client " + id + (closed ? " is closed" : " works no queues") + ": there are no events");
    }
    return parts.subscriptions().add(kinds, capacity);
  }

  /**
   * Inserts all or none, by the fastest way there is, and tells only how many. A job whose unique
   * key is taken, in the database or in the list, fails all: duplicates are not skipped.
   *
   * @throws RiverException as {@link #insertMany}, or, if a unique key is taken, with {@link
   *     RiverError#UNIQUE_CONFLICT}, or {@link RiverError#ROW_REFUSED} where the database says so
   */
  public int insertBulk(List<? extends JobInsert<?>> inserts, Tx tx) {
    return parts.inserter().insertBulk(inserts, tx);
  }

  /** The jobs of the database, of every client, to look at and to change by hand. */
  public Jobs jobs() {
    return new Jobs(database.driver(), config.clock());
  }

  /** The periodic jobs of this client, inserted while it leads. */
  public PeriodicJobs periodicJobs() {
    return new PeriodicJobs(parts.periodicJobs(), config.maintenance().leaderElection());
  }

  /** The queues of the database, to look at, pause and resume for every client. */
  public Queues queues() {
    return new Queues(database.driver());
  }

  /**
   * Asks the client that leads all clients of the database, in whatever language, to resign:
   * another one takes over, or the same if there is no other. A leader that only polls does not
   * hear it.
   *
   * @param tx in whose transaction it is said
   * @throws RiverException what the database says
   */
  public void requestResign(Tx tx) {
    Transactions.in(database.driver(), tx)
        .notifyMany(NotificationTopic.LEADERSHIP, List.of(LeadershipMessage.REQUEST_RESIGN));
  }

  /**
   * Starts working the queues; running when this returns. Does nothing if it runs already.
   *
   * @throws RiverException with {@link RiverError#SCHEMA_OUTDATED} if the tables are missing or too
   *     old, {@link RiverError#CLIENT_STATE} if there is nothing to work or the client is closed
   */
  public void start() {
    lifecycle.lock();
    try {
      if (running) {
        return;
      }
      if (closed) {
        throw new RiverException(
            RiverError.CLIENT_STATE, "client " + id + " is closed: make a new one");
      }
      if (parts.producers().isEmpty()) {
        throw new RiverException(
            RiverError.CLIENT_STATE,
            "client " + id + " has no queues, it only inserts: configure queue(name, maxWorkers)");
      }
      checkSchema();
      parts.start();
      running = true;
    } finally {
      lifecycle.unlock();
    }
  }

  /**
   * Stops fetching, waits for running jobs, interrupts them when the soft-stop timeout is over
   * (they go back without an attempt used), and writes every outcome. May be started again. Does
   * nothing if it does not run. Not for workers: one that calls it waits for itself.
   */
  public void stop() {
    lifecycle.lock();
    try {
      if (running) {
        parts.stop();
        running = false;
      }
    } finally {
      lifecycle.unlock();
    }
  }

  /**
   * Interrupts running jobs at once: they go back without an attempt used. Then {@link #stop()}.
   */
  public void stopNow() {
    // Without the lock, which a stop that waits for running jobs holds.
    interruptAll();
    lifecycle.lock();
    try {
      // Again: a start that was under way has forgotten it.
      interruptAll();
      stop();
    } finally {
      lifecycle.unlock();
    }
  }

  /** First nothing more is fetched: what goes back would be claimed again, and run to its end. */
  private void interruptAll() {
    parts.producers().tellToStop();
    parts.executor().interruptAll();
  }

  /**
   * Works one waiting job now, on a client that does not run, and returns when its outcome is
   * written: whenever it is due, whatever its queue, paused or not. For tests, which want one thing
   * after another, and for looking into a single job. Interrupting the calling thread interrupts
   * the worker. If this process dies meanwhile, the job is rescued as any that is stuck.
   *
   * @return the row as it then is, or as it ended if it is deleted by that; null, and nothing was
   *     worked, if there is no such job, it does not wait, is of a kind without a worker here, or
   *     somebody has its row locked
   * @throws RiverException with {@link RiverError#CLIENT_STATE} if the client runs, is closed or
   *     has no workers, {@link RiverError#UNIQUE_CONFLICT} if another job holds its unique key, or
   *     what the database says
   */
  public @Nullable JobRow workNow(long jobId) {
    if (config.workers().kinds().isEmpty()) {
      throw new RiverException(
          RiverError.CLIENT_STATE,
          "client " + id + " has no workers, it only inserts: configure worker(type, worker)");
    }
    lifecycle.lock();
    try {
      if (running || closed) {
        throw new RiverException(
            RiverError.CLIENT_STATE,
            "client "
                + id
                + (closed
                    ? " is closed: make a new one"
                    : " runs, and works its jobs itself: stop it")
                + ", to work job "
                + jobId
                + " alone");
      }
      return parts.singleWork().work(id, jobId);
    } finally {
      lifecycle.unlock();
    }
  }

  /**
   * Works one more queue: from now on if the client runs, otherwise from its next start.
   *
   * @throws RiverException with {@link RiverError#QUEUE_ALREADY_ADDED} if it works it already,
   *     {@link RiverError#CONFIG_INVALID} if the name or the configuration breaks a rule, {@link
   *     RiverError#CLIENT_STATE} if the client has no workers or is closed, or what the database
   *     says; the queue is not added then
   */
  public void addQueue(String queue, QueueConfig queueConfig) {
    if (config.workers().kinds().isEmpty()) {
      throw new RiverException(
          RiverError.CLIENT_STATE,
          "client " + id + " has no workers, it only inserts: configure worker(type, worker)");
    }
    if (closed) {
      throw new RiverException(
          RiverError.CLIENT_STATE, "client " + id + " is closed: make a new one");
    }
    try {
      InsertRules.queue(Objects.requireNonNull(queue, "queue"));
    } catch (RiverException e) {
      throw new RiverException(RiverError.CONFIG_INVALID, String.valueOf(e.getMessage()), e);
    }
    List<String> problems = QueueRules.heldKeys(queue, queueConfig, config.workers().types());
    if (!problems.isEmpty()) {
      throw new RiverException(RiverError.CONFIG_INVALID, String.join("; ", problems));
    }
    parts.producers().add(queue, queueConfig);
  }

  /**
   * Fetches nothing more from a queue, waits for those of its jobs that run here, and works it no
   * longer. Jobs are neither interrupted nor deleted. Not for the queue's own workers: one that
   * calls it waits for itself.
   *
   * @param timeout how long to wait; zero does not
   * @return whether its jobs have ended; if not, nothing is fetched, and the queue counts as worked
   *     until this is called again and returns true
   * @throws RiverException with {@link RiverError#NOT_FOUND} if the client does not work it
   */
  public boolean removeQueue(String queue, Duration timeout) {
    return parts.producers().remove(queue, timeout);
  }

  /** {@link #stop()}, for good. Idempotent. The database stays open. */
  @Override
  public void close() {
    lifecycle.lock();
    try {
      stop();
      closed = true;
      parts.subscriptions().endAll();
      parts.inserter().close();
    } finally {
      lifecycle.unlock();
    }
  }

  private void checkSchema() {
    List<Integer> applied = database.driver().migrationsApplied(Migrator.MAIN_LINE);
    int version = applied.isEmpty() ? 0 : applied.getLast();
    if (version < OLDEST_SCHEMA) {
      String found =
          version == 0 ? "there are no River tables" : "River's tables are of version " + version;
      throw new RiverException(
          RiverError.SCHEMA_OUTDATED,
          found + ", but at least version " + OLDEST_SCHEMA + " is needed: run gala migrate up");
    }
    if (version > NEWEST_SCHEMA) {
      LOG.warn(
          "River's tables are of version {}, newer than the {} known here", version, NEWEST_SCHEMA);
    }
  }
}
