package dev.gala.river.internal.produce;

import dev.gala.river.driver.Driver;
import dev.gala.river.driver.Executor;
import dev.gala.river.internal.execute.JobExecutor;
import dev.gala.river.internal.insert.DirectWork;
import dev.gala.river.internal.lifecycle.Service;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.internal.notify.ControlMessage;
import dev.gala.river.internal.notify.Notifier;
import dev.gala.river.internal.rescue.Holdings;
import dev.gala.river.job.AttemptId;
import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.JobState;
import dev.gala.river.job.QueueConfig;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.spi.Metric;
import dev.gala.river.spi.Plugin;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The queues a client works, which come and go; and what is asked of them. */
public final class Producers implements Service, Notifier.Audience, DirectWork {
  private static final Logger LOG = LoggerFactory.getLogger(Producers.class);

  /** River's: a queue that nobody reported for a day is forgotten. */
  private static final Duration REPORT_INTERVAL = Duration.ofMinutes(10);

  private static final Duration LOOK_INTERVAL = Duration.ofSeconds(2);

  /** Where notifications tell; but programs with another search path send theirs elsewhere. */
  private static final Duration LISTENING_LOOK_INTERVAL = Duration.ofSeconds(30);

  private static final Duration LOG_INTERVAL = Duration.ofSeconds(5);

  /**
   * How queues are worked.
   *
   * @param clientId who claims
   * @param kinds the kinds to claim; null means any
   * @param fetchCooldown of queues that have none of their own
   * @param fetchPollInterval of queues that have none of their own
   * @param pollOnly whether nothing is told by notifications
   * @param plugins who takes the measurements
   * @param holdings is told of every claim, and says whether there may be one
   * @param directly whether a job that is about to be inserted here may begin at once
   */
  public record Config(
      String clientId,
      @Nullable List<String> kinds,
      Duration fetchCooldown,
      Duration fetchPollInterval,
      boolean pollOnly,
      List<Plugin> plugins,
      Holdings holdings,
      Predicate<JobInsertParams> directly) {
    /** How queues are worked whose jobs are all claimed. */
    public Config(
        String clientId,
        @Nullable List<String> kinds,
        Duration fetchCooldown,
        Duration fetchPollInterval,
        boolean pollOnly,
        List<Plugin> plugins,
        Holdings holdings) {
      this(
          clientId,
          kinds,
          fetchCooldown,
          fetchPollInterval,
          pollOnly,
          plugins,
          holdings,
          job -> false);
    }
  }

  /** Who is told how things go. It must be quick, and must not throw. */
  public interface Audience {
    /** Somebody who does not care. */
    Audience NOBODY = new Audience() {};

    /** It is time to log how things stand. */
    default void logTotals() {}

    /** Nothing more is fetched from {@code queue}; called under a lock. */
    default void queuePaused(String queue) {}

    /** Fetching from {@code queue} goes on; called under a lock. */
    default void queueResumed(String queue) {}
  }

  private final Driver driver;
  private final Config config;
  private final Threads threads;
  private final JobExecutor executor;
  private final Producer.Audience audience;
  private final QueueWatch watch;
  private final Map<String, Producer> producers = new ConcurrentSkipListMap<>();
  private final ReentrantLock lifecycle = new ReentrantLock();
  private final Set<String> leaving = new HashSet<>();

  /** A look takes a connection for as long as it takes: one of a client at a time. */
  private final Semaphore looks = new Semaphore(1);

  private boolean running;

  /** No queues yet. */
  public Producers(
      Driver driver, Config config, Threads threads, JobExecutor executor, Audience audience) {
    this(
        driver,
        config,
        threads,
        executor,
        audience,
        new QueueWatch.Config(
            REPORT_INTERVAL,
            config.pollOnly() ? LOOK_INTERVAL : LISTENING_LOOK_INTERVAL,
            LOG_INTERVAL));
  }

  Producers(
      Driver driver,
      Config config,
      Threads threads,
      JobExecutor executor,
      Audience audience,
      QueueWatch.Config watching) {
    this.driver = driver;
    this.config = config;
    this.threads = threads;
    this.executor = executor;
    this.audience = new Measuring(audience, config.plugins());
    this.watch =
        new QueueWatch(
            watching, threads, producers::values, this::lookForCancels, audience::logTotals);
  }

  /**
   * What a queue's configuration comes to.
   *
   * @param cooldown the client's
   * @param pollInterval the client's
   * @return the same with no interval missing
   * @throws RiverException with {@link RiverError#CONFIG_INVALID} if it would be polled more often
   *     than its cooldown allows
   */
  public static QueueConfig resolved(
      String queue, QueueConfig given, Duration cooldown, Duration pollInterval) {
    Duration own = given.fetchCooldown() == null ? cooldown : given.fetchCooldown();
    Duration poll = given.fetchPollInterval() == null ? pollInterval : given.fetchPollInterval();
    if (poll.compareTo(own) < 0) {
      throw new RiverException(
          RiverError.CONFIG_INVALID,
          "queue \""
              + queue
              + "\" has a fetchPollInterval of "
              + poll
              + ": give at least its fetchCooldown, "
              + own);
    }
    return new QueueConfig(given.maxWorkers(), own, poll, given.deleteOnCompletion());
  }

  /** Whether jobs of a queue are deleted when they end well; not if it is none of these. */
  public boolean deletesCompleted(String queue) {
    Producer producer = producers.get(queue);
    return producer != null && producer.deletesCompleted();
  }

  /** Whether no queue is worked. */
  public boolean isEmpty() {
    return producers.isEmpty();
  }

  /**
   * Adds a queue, and begins to work it if the others are worked.
   *
   * @param queue a name by River's rule
   * @throws RiverException with {@link RiverError#QUEUE_ALREADY_ADDED} if it is there already,
   *     {@link RiverError#CONFIG_INVALID} as {@link #resolved}, or what the database says; it is
   *     not added then
   */
  public void add(String queue, QueueConfig queueConfig) {
    QueueConfig resolved =
        resolved(queue, queueConfig, config.fetchCooldown(), config.fetchPollInterval());
    lifecycle.lock();
    try {
      Producer producer = producer(queue, resolved);
      // Before it starts: what is told from then on must find it.
      if (producers.putIfAbsent(queue, producer) != null) {
        throw new RiverException(
            RiverError.QUEUE_ALREADY_ADDED,
            "queue \"" + queue + "\" is worked already: remove it first");
      }
      if (running) {
        startAdded(queue, producer);
      }
    } finally {
      lifecycle.unlock();
    }
  }

  /**
   * Stops fetching from a queue and waits for its jobs. A claim under way, or a look at what claims
   * passed over, is waited for in any case.
   *
   * @return false if the time was over before its jobs had ended: nothing is fetched, and this is
   *     to be called again
   * @throws RiverException with {@link RiverError#NOT_FOUND} if there is no such queue
   */
  public boolean remove(String queue, Duration timeout) {
    Producer producer;
    lifecycle.lock();
    try {
      producer = producers.get(queue);
      if (producer == null) {
        throw new RiverException(
            RiverError.NOT_FOUND, "queue \"" + queue + "\" is not worked here: see what was added");
      }
      leaving.add(queue);
      producer.stop();
    } finally {
      lifecycle.unlock();
    }
    // Not under the lock: a stop of the client does not wait for this.
    if (!producer.awaitIdle(timeout)) {
      return false;
    }
    lifecycle.lock();
    try {
      if (producers.remove(queue, producer)) {
        leaving.remove(queue);
      }
    } finally {
      lifecycle.unlock();
    }
    return true;
  }

  @Override
  public String clientId() {
    return config.clientId();
  }

  @Override
  public int mostAtOnce(JobInsertParams row) {
    Producer producer = producers.get(row.queue());
    return producer == null || !mayBegin(row)
        ? Integer.MAX_VALUE
        : producer.mostAtOnce(row.priority());
  }

  @Override
  public @Nullable Place reserve(List<JobInsertParams> rows) {
    JobInsertParams first = rows.getFirst();
    Producer producer = producers.get(first.queue());
    if (producer == null) {
      return null;
    }
    for (JobInsertParams row : rows) {
      if (!row.isLike(first) || !mayBegin(row)) {
        return null;
      }
    }
    return producer.reserve(rows.size(), first.priority());
  }

  /** A time of its own, even one past, is kept. */
  private boolean mayBegin(JobInsertParams row) {
    return row.state() == JobState.AVAILABLE
        && row.scheduledAt() == null
        && config.directly().test(row);
  }

  /** Says that there may be work in a queue. */
  public void wake(String queue) {
    Producer producer = producers.get(queue);
    if (producer != null) {
      producer.wake();
    }
  }

  /** The same, where it may be anywhere in the queue, and not at its end alone. */
  public void wakeForAnything(String queue) {
    Producer producer = producers.get(queue);
    if (producer != null) {
      producer.wakeForAnything();
    }
  }

  /** Says that there may be work anywhere, in any place of any queue. */
  public void wakeAll() {
    producers.values().forEach(Producer::wakeForAnything);
  }

  /** Fetches nothing more, without waiting for what is being fetched. A stop must follow. */
  public void tellToStop() {
    producers.values().forEach(Producer::tellToStop);
  }

  @Override
  public void start() {
    lifecycle.lock();
    try {
      if (running) {
        return;
      }
      var started = new ArrayList<Producer>();
      try {
        for (Map.Entry<String, Producer> entry : producers.entrySet()) {
          if (!leaving.contains(entry.getKey())) {
            entry.getValue().start();
            started.add(entry.getValue());
          }
        }
        watch.start();
        running = true;
      } finally {
        if (!running) {
          started.forEach(Producer::tellToStop);
          started.forEach(Producer::stop);
        }
      }
    } finally {
      lifecycle.unlock();
    }
  }

  @Override
  public void stop() {
    lifecycle.lock();
    try {
      if (!running) {
        return;
      }
      tellToStop();
      watch.stop();
      producers.values().forEach(Producer::stop);
      running = false;
    } finally {
      lifecycle.unlock();
    }
  }

  @Override
  public void queueHasWork(String queue) {
    wake(queue);
  }

  @Override
  public void told(ControlMessage message) {
    switch (message) {
      case ControlMessage.Cancel(long jobId, String queue) -> {
        Producer producer = producers.get(queue);
        if (producer != null) {
          producer.cancel(jobId);
        }
      }
      case ControlMessage.MetadataChanged(String metadata, String queue) ->
          each(queue, producer -> producer.metadata(metadata));
      case ControlMessage.Pause(String queue) -> each(queue, producer -> producer.pause(true));
      case ControlMessage.Resume(String queue) -> each(queue, producer -> producer.pause(false));
      case ControlMessage.Unknown unknown -> LOG.debug("{} passed over", unknown);
    }
  }

  @Override
  public void anythingMayHaveHappened() {
    wakeAll();
    watch.look();
  }

  private Producer producer(String queue, QueueConfig resolved) {
    Duration cooldown = resolved.fetchCooldown();
    Duration pollInterval = resolved.fetchPollInterval();
    return new Producer(
        driver,
        new Producer.Config(
            config.clientId(),
            queue,
            resolved.maxWorkers(),
            config.kinds(),
            cooldown == null ? config.fetchCooldown() : cooldown,
            pollInterval == null ? config.fetchPollInterval() : pollInterval,
            config.holdings(),
            resolved.deleteOnCompletion(),
            looks),
        threads,
        executor,
        audience);
  }

  private void startAdded(String queue, Producer producer) {
    boolean started = false;
    try {
      producer.start();
      started = true;
    } finally {
      if (!started) {
        producers.remove(queue);
      }
    }
  }

  private void each(String queue, Consumer<Producer> action) {
    if (queue.equals(Executor.ALL_QUEUES)) {
      producers.values().forEach(action);
      return;
    }
    Producer producer = producers.get(queue);
    if (producer != null) {
      action.accept(producer);
    }
  }

  private void lookForCancels() {
    List<AttemptId> attempts = executor.attempts();
    if (!attempts.isEmpty()) {
      driver.executor().jobCancelRequested(attempts).forEach(executor::cancel);
    }
  }

  /** Passes measurements on to plugins, whatever they throw. */
  private record Measuring(Audience pauses, List<Plugin> plugins) implements Producer.Audience {
    @Override
    public void queuePaused(String queue) {
      pauses.queuePaused(queue);
    }

    @Override
    public void queueResumed(String queue) {
      pauses.queueResumed(queue);
    }

    @Override
    public void measured(Metric metric) {
      for (Plugin plugin : plugins) {
        try {
          plugin.metric(metric);
        } catch (RuntimeException | Error e) {
          LOG.warn("plugin {} failed to take {}", plugin.getClass().getName(), metric, e);
        }
      }
    }
  }
}
