package dev.gala.river;

import dev.gala.river.internal.complete.CompletionBatcher;
import dev.gala.river.internal.execute.JobExecutor;
import dev.gala.river.internal.insert.JobInserter;
import dev.gala.river.internal.lifecycle.Service;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.internal.maintain.JobScheduler;
import dev.gala.river.internal.notify.Notifier;
import dev.gala.river.internal.produce.Producer;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.InsertResult;
import dev.gala.river.job.JobInsert;
import dev.gala.river.job.JobType;
import dev.gala.river.job.QueueConfig;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.job.Tx;
import dev.gala.river.migrate.Migrator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
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
  private static final int WAITING_COMPLETIONS_LIMIT = 10_000;
  private static final Duration FLUSH_TIMEOUT = Duration.ofSeconds(30);
  private static final int OLDEST_SCHEMA = 6;
  private static final int NEWEST_SCHEMA = 8;

  private final RiverDatabase database;
  private final RiverConfig config;
  private final String id;
  private final JobInserter inserter;
  private final CompletionBatcher completer;
  private final JobExecutor executor;
  private final Map<String, Producer> producers = new TreeMap<>();
  private final List<Service> services = new ArrayList<>();
  private final ReentrantLock lifecycle = new ReentrantLock();
  private boolean running;
  private volatile boolean closed;

  private RiverClient(RiverDatabase database, RiverConfig config) {
    this.database = database;
    this.config = config;
    this.id = config.id() == null ? ClientId.create(config.clock().instant()) : config.id();
    var driver = database.driver();
    var threads = new Threads("gala");
    this.inserter =
        new JobInserter(
            driver,
            new JobInserter.Config(config.maxAttempts(), config.fetchCooldown()),
            threads,
            this::wake);
    this.completer =
        new CompletionBatcher(
            driver,
            new CompletionBatcher.Config(WAITING_COMPLETIONS_LIMIT, FLUSH_TIMEOUT, config.clock()),
            threads);
    this.executor =
        new JobExecutor(
            config.workers(),
            new JobExecutor.Config(
                config.jobTimeout(),
                config.softStopTimeout(),
                config.retryPolicy(),
                config.clock()),
            threads,
            completer::submit);
    services.add(completer);
    services.add(executor);
    config
        .queues()
        .forEach((queue, limits) -> producers.put(queue, producer(queue, limits, threads)));
    // Before the producers: a start that cannot listen has claimed nothing.
    if (!config.pollOnly()) {
      services.add(new Notifier(driver, threads, new Awakener()));
    }
    services.addAll(producers.values());
    services.add(new JobScheduler(driver, threads, this::wakeAll));
  }

  /**
   * A client on {@code database}, which it does not close. Without queues in its configuration it
   * only inserts.
   */
  public static RiverClient create(RiverDatabase database, RiverConfig config) {
    return new RiverClient(database, config);
  }

  /** The client's id, as written to the jobs it claims. */
  public String id() {
    return id;
  }

  /** Inserts a job with default options in a transaction of its own. */
  public <T> InsertResult insert(JobType<T> type, T args) {
    return insert(type, args, InsertOptions.defaults(), Tx.own());
  }

  /**
   * Inserts a job.
   *
   * @throws RiverException with {@link RiverError#INSERT_INVALID} if an option breaks a rule,
   *     {@link RiverError#OUTCOME_UNKNOWN} if the connection was lost while committing, or what the
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
    if (closed) {
      throw new RiverException(
          RiverError.CLIENT_STATE, "client " + id + " is closed: nothing was inserted");
    }
    return inserter.insertMany(inserts, tx);
  }

  /** The jobs of the database, of every client, to look at and to change by hand. */
  public Jobs jobs() {
    return new Jobs(database.driver(), config.clock());
  }

  /** The queues of the database, to look at, pause and resume for every client. */
  public Queues queues() {
    return new Queues(database.driver());
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
      if (producers.isEmpty()) {
        throw new RiverException(
            RiverError.CLIENT_STATE,
            "client " + id + " has no queues, it only inserts: configure queue(name, maxWorkers)");
      }
      checkSchema();
      startServices();
      wakeAll(); // Nobody told the producers of what came before the notifier listened.
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
        producers.values().forEach(Producer::tellToStop);
        completer.liftLimit();
        stopServices(services);
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
    // First nothing more is fetched: what goes back would be claimed again, and run to its end.
    producers.values().forEach(Producer::tellToStop);
    executor.interruptAll();
    stop();
  }

  /** {@link #stop()}, for good. Idempotent. The database stays open. */
  @Override
  public void close() {
    lifecycle.lock();
    try {
      stop();
      closed = true;
      inserter.close();
    } finally {
      lifecycle.unlock();
    }
  }

  private Producer producer(String queue, QueueConfig limits, Threads threads) {
    return new Producer(
        database.driver(),
        new Producer.Config(
            id,
            queue,
            limits,
            config.workers().kinds(),
            config.fetchCooldown(),
            config.fetchPollInterval()),
        threads,
        executor);
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

  private void startServices() {
    var started = new ArrayList<Service>();
    try {
      for (Service service : services) {
        service.start();
        started.add(service);
      }
    } catch (RuntimeException e) {
      stopServices(started);
      throw e;
    }
  }

  /** In the order that loses nothing: no new jobs, then the running ones end, then their ends. */
  private static void stopServices(List<Service> started) {
    started.reversed().forEach(Service::stop);
  }

  private void wake(String queue) {
    Producer producer = producers.get(queue);
    if (producer != null) {
      producer.wake();
    }
  }

  private void wakeAll() {
    producers.values().forEach(Producer::wake);
  }

  private final class Awakener implements Notifier.Audience {
    @Override
    public void queueHasWork(String queue) {
      wake(queue);
    }

    @Override
    public void anythingMayHaveHappened() {
      wakeAll();
    }
  }
}
