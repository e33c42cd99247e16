package dev.gala.river;

import dev.gala.river.internal.execute.WorkerSet;
import dev.gala.river.internal.insert.InsertRules;
import dev.gala.river.internal.periodic.PeriodicDefinitions;
import dev.gala.river.internal.produce.Producers;
import dev.gala.river.job.HeartbeatConfig;
import dev.gala.river.job.JobType;
import dev.gala.river.job.MaintenanceConfig;
import dev.gala.river.job.QueueConfig;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.spi.Plugin;
import dev.gala.river.worker.DefaultRetryPolicy;
import dev.gala.river.worker.ErrorHandler;
import dev.gala.river.worker.PeriodicJob;
import dev.gala.river.worker.RetryPolicy;
import dev.gala.river.worker.StuckJobHandler;
import dev.gala.river.worker.Worker;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a client works. Immutable; made by {@link #builder()}, which reports every problem at once.
 */
public final class RiverConfig {
  private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(1);
  private static final Duration RESCUE_MARGIN = Duration.ofHours(1);
  private static final Duration SHORTEST_TTL = Duration.ofSeconds(1);
  private static final Duration LONGEST_TTL = Duration.ofHours(1);

  private final Builder settings;

  private RiverConfig(Builder settings) {
    this.settings = settings;
  }

  /** A builder with River's defaults: no queues, so a client that only inserts. */
  public static Builder builder() {
    return new Builder();
  }

  @Nullable String id() {
    return settings.id;
  }

  Map<String, QueueConfig> queues() {
    return settings.queues;
  }

  WorkerSet workers() {
    return new WorkerSet(settings.workers);
  }

  Duration fetchCooldown() {
    return settings.fetchCooldown;
  }

  Duration fetchPollInterval() {
    return settings.fetchPollInterval;
  }

  Duration notifyCooldown() {
    return settings.notifyCooldown;
  }

  boolean directDispatch() {
    return settings.directDispatch;
  }

  boolean fetchOnlyKnownKinds() {
    return settings.fetchOnlyKnownKinds;
  }

  boolean pollOnly() {
    return settings.pollOnly;
  }

  Duration jobTimeout() {
    return settings.jobTimeout;
  }

  HeartbeatConfig heartbeat() {
    return settings.heartbeat;
  }

  Duration softStopTimeout() {
    return settings.softStopTimeout;
  }

  int maxAttempts() {
    return settings.maxAttempts;
  }

  RetryPolicy retryPolicy() {
    return settings.retryPolicy;
  }

  InstantSource clock() {
    return settings.clock;
  }

  /** The kinds that may be inserted, by all their names; null means any. */
  @Nullable Set<String> knownKinds() {
    return settings.knownKinds();
  }

  @Nullable ErrorHandler errorHandler() {
    return settings.errorHandler;
  }

  Duration stuckThreshold() {
    return settings.stuckThreshold;
  }

  @Nullable StuckJobHandler stuckJobHandler() {
    return settings.stuckJobHandler;
  }

  MaintenanceConfig maintenance() {
    return settings.maintenance;
  }

  /** How old an attempt is that counts as stuck. */
  Duration rescueStuckJobsAfter() {
    Duration given = settings.maintenance.rescueStuckJobsAfter();
    if (given != null) {
      return given;
    }
    return settings.jobTimeout.compareTo(Builder.DEFAULT_JOB_TIMEOUT) > 0
        ? settings.jobTimeout.plus(RESCUE_MARGIN)
        : RESCUE_MARGIN;
  }

  /** Those of all kinds. */
  List<Plugin> plugins() {
    return settings.plugins;
  }

  /** Those of single kinds. */
  Map<String, List<Plugin>> kindPlugins() {
    return settings.kindPlugins;
  }

  List<PeriodicJob<?>> periodicJobs() {
    return settings.periodicJobs;
  }

  /** Collects settings. Not safe for use by many threads. */
  public static final class Builder {
    private static final Duration DEFAULT_JOB_TIMEOUT = Duration.ofMinutes(1);

    private @Nullable String id;
    private Map<String, QueueConfig> queues = new LinkedHashMap<>();
    private Map<String, WorkerSet.Entry<?>> workers = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();
    private Duration fetchCooldown = Duration.ofMillis(100);
    private Duration fetchPollInterval = Duration.ofSeconds(1);
    private Duration notifyCooldown = Duration.ofMillis(5);
    private boolean directDispatch;
    private boolean fetchOnlyKnownKinds = true;
    private boolean pollOnly;
    private Duration jobTimeout = DEFAULT_JOB_TIMEOUT;
    private Duration softStopTimeout = Duration.ZERO;
    private int maxAttempts = InsertRules.DEFAULT_MAX_ATTEMPTS;
    private RetryPolicy retryPolicy = new DefaultRetryPolicy();
    private InstantSource clock = InstantSource.system();
    private @Nullable ErrorHandler errorHandler;
    private Duration stuckThreshold = Duration.ofSeconds(10);
    private @Nullable StuckJobHandler stuckJobHandler;
    private List<Plugin> plugins = new ArrayList<>();
    private Map<String, List<Plugin>> kindPlugins = new LinkedHashMap<>();
    private List<PeriodicJob<?>> periodicJobs = new ArrayList<>();
    private boolean skipUnknownKindCheck;
    private MaintenanceConfig maintenance = MaintenanceConfig.defaults();
    private HeartbeatConfig heartbeat = HeartbeatConfig.defaults();

    private Builder() {}

    /**
     * * A name for the client, 1 to 100 characters; null, the default, makes one of host and time.
     * What is written to jobs is the name, an underscore, and a mark of this very client: a process
     * that was restarted under its name must not be taken for the one before it. Without heartbeats
     * the name is written as it is.
     */
    public Builder id(@Nullable String id) {
      this.id = id;
      return this;
    }

    /** Works {@code queue} with so many jobs at once. */
    public Builder queue(String queue, int maxWorkers) {
      collecting(() -> addQueue(InsertRules.queue(queue), new QueueConfig(maxWorkers)));
      return this;
    }

    /** Works {@code queue}, at a pace of its own. */
    public Builder queue(String queue, QueueConfig queueConfig) {
      Objects.requireNonNull(queueConfig, "queueConfig");
      collecting(() -> addQueue(InsertRules.queue(queue), queueConfig));
      return this;
    }

    /** Works the jobs of one kind, also those stored under its aliases. */
    public <T> Builder worker(JobType<T> type, Worker<T> worker) {
      var entry = new WorkerSet.Entry<>(type, Objects.requireNonNull(worker, "worker"));
      addWorker(type.kind(), entry);
      type.aliases().forEach(alias -> addWorker(alias, entry));
      return this;
    }

    /** Least time between fetches that bring nothing; 100 ms by default, at least 1 ms. */
    public Builder fetchCooldown(Duration fetchCooldown) {
      this.fetchCooldown = fetchCooldown;
      return this;
    }

    /** How often to look where no notification comes; 1 s by default. */
    public Builder fetchPollInterval(Duration fetchPollInterval) {
      this.fetchPollInterval = fetchPollInterval;
      return this;
    }

    /**
     * Least time between two notifications of a queue by this client's inserts; 5 ms by default, at
     * least 1 ms. Clients elsewhere hear of a lone insert at once, and of a stream in such steps.
     * Each notification takes a lock over the whole database while it commits. In a caller's
     * transaction none is left out.
     */
    public Builder notifyCooldown(Duration notifyCooldown) {
      this.notifyCooldown = Objects.requireNonNull(notifyCooldown, "notifyCooldown");
      return this;
    }

    /**
     * Whether jobs that this client inserts and can work begin here at once: the row is inserted
     * running, with its first attempt begun, instead of being claimed. False by default. Only where
     * a slot is free and nothing waits that could be overtaken, without a unique key, due now, and
     * in a transaction of its own; and only while this client's heartbeat is renewed, so that
     * others put the job back if the process dies. What is inserted otherwise is claimed.
     */
    public Builder directDispatch(boolean directDispatch) {
      this.directDispatch = directDispatch;
      return this;
    }

    /**
     * Whether jobs of kinds that have no worker here are left for other clients; true by default,
     * unlike in River. Otherwise they are claimed, and fail: an attempt is used.
     */
    public Builder fetchOnlyKnownKinds(boolean fetchOnlyKnownKinds) {
      this.fetchOnlyKnownKinds = fetchOnlyKnownKinds;
      return this;
    }

    /** Whether to do without LISTEN, as behind a transaction pooler; false by default. */
    public Builder pollOnly(boolean pollOnly) {
      this.pollOnly = pollOnly;
      return this;
    }

    /** How long an attempt may take; 1 minute by default, zero or less means no limit. */
    public Builder jobTimeout(Duration jobTimeout) {
      this.jobTimeout = jobTimeout;
      return this;
    }

    /**
     * How long a stop waits for running jobs before it interrupts them, counted from its call;
     * zero, the default, means for ever.
     */
    public Builder softStopTimeout(Duration softStopTimeout) {
      this.softStopTimeout = softStopTimeout;
      return this;
    }

    /** The attempts of jobs whose insert says nothing; 25 by default. */
    public Builder maxAttempts(int maxAttempts) {
      this.maxAttempts = maxAttempts;
      return this;
    }

    /** When failed jobs are tried again; River's policy by default. */
    public Builder retryPolicy(RetryPolicy retryPolicy) {
      this.retryPolicy = Objects.requireNonNull(retryPolicy, "retryPolicy");
      return this;
    }

    /** Is asked about every failed attempt, and may end its job; null, the default, is nobody. */
    public Builder errorHandler(@Nullable ErrorHandler errorHandler) {
      this.errorHandler = errorHandler;
      return this;
    }

    /**
     * How long after the end of its time an attempt that goes on counts as stuck; 10 s by default.
     * Attempts without a time limit never do.
     */
    public Builder stuckThreshold(Duration stuckThreshold) {
      this.stuckThreshold = stuckThreshold;
      return this;
    }

    /** Is told of every stuck attempt, and may give its slot away; null, the default, is nobody. */
    public Builder stuckJobHandler(@Nullable StuckJobHandler stuckJobHandler) {
      this.stuckJobHandler = stuckJobHandler;
      return this;
    }

    /** Puts a plugin around inserts and attempts of every kind, inside those given before. */
    public Builder plugin(Plugin plugin) {
      plugins.add(Objects.requireNonNull(plugin, "plugin"));
      return this;
    }

    /** Puts a plugin around inserts and attempts of one kind, inside those of all kinds. */
    public Builder plugin(String kind, Plugin plugin) {
      kindPlugins
          .computeIfAbsent(kind, k -> new ArrayList<>())
          .add(Objects.requireNonNull(plugin, "plugin"));
      return this;
    }

    /**
     * Inserts a job by schedule while this client leads. Give the same definitions, with the same
     * ids, to every client that may lead: only the leader's are inserted.
     */
    public Builder periodicJob(PeriodicJob<?> job) {
      periodicJobs.add(Objects.requireNonNull(job, "job"));
      return this;
    }

    /**
     * Whether a client with workers may insert jobs of kinds it has none for; false by default. A
     * client without workers may always.
     */
    public Builder skipUnknownKindCheck(boolean skipUnknownKindCheck) {
      this.skipUnknownKindCheck = skipUnknownKindCheck;
      return this;
    }

    /** What the client does for all while it leads, and whether it may; River's by default. */
    public Builder maintenance(MaintenanceConfig maintenance) {
      this.maintenance = Objects.requireNonNull(maintenance, "maintenance");
      return this;
    }

    /** How this client and others look after each other; enabled by default, with 15 s. */
    public Builder heartbeat(HeartbeatConfig heartbeat) {
      this.heartbeat = Objects.requireNonNull(heartbeat, "heartbeat");
      return this;
    }

    /** The clock of times that the database does not give; the system's by default. */
    public Builder clock(InstantSource clock) {
      this.clock = Objects.requireNonNull(clock, "clock");
      return this;
    }

    /**
     * The configuration.
     *
     * @throws RiverException with {@link RiverError#CONFIG_INVALID}, naming every problem
     */
    public RiverConfig build() {
      var found = new ArrayList<>(problems);
      if (id != null && (id.isBlank() || id.length() > 100)) {
        found.add("id is \"" + id + "\": give 1 to 100 characters");
      }
      if (fetchCooldown.compareTo(SHORTEST_INTERVAL) < 0) {
        found.add("fetchCooldown is " + fetchCooldown + ": give at least 1 ms");
      }
      if (notifyCooldown.compareTo(SHORTEST_INTERVAL) < 0) {
        found.add("notifyCooldown is " + notifyCooldown + ": give at least 1 ms");
      }
      if (fetchPollInterval.compareTo(fetchCooldown) < 0) {
        found.add(
            "fetchPollInterval is "
                + fetchPollInterval
                + ": give at least the fetchCooldown, "
                + fetchCooldown);
      }
      queues.forEach((queue, own) -> checkPace(queue, own, found));
      found.addAll(QueueRules.heldKeys(queues, new WorkerSet(workers).types(), periodicJobs));
      if (softStopTimeout.isNegative()) {
        found.add("softStopTimeout is " + softStopTimeout + ": give zero or more");
      }
      if (!stuckThreshold.isPositive()) {
        found.add("stuckThreshold is " + stuckThreshold + ": give more than zero");
      }
      if (maxAttempts < 1 || maxAttempts > Short.MAX_VALUE) {
        found.add("maxAttempts is " + maxAttempts + ": give 1 to " + Short.MAX_VALUE);
      }
      Duration rescueAfter = maintenance.rescueStuckJobsAfter();
      if (rescueAfter != null && rescueAfter.compareTo(jobTimeout) < 0) {
        found.add(
            "rescueStuckJobsAfter is "
                + rescueAfter
                + ": give at least the jobTimeout, "
                + jobTimeout);
      }
      Duration ttl = heartbeat.ttl();
      if (ttl.compareTo(SHORTEST_TTL) < 0 || ttl.compareTo(LONGEST_TTL) > 0) {
        found.add("the heartbeat's ttl is " + ttl + ": give 1 s to 1 h");
      }
      if (!queues.isEmpty() && workers.isEmpty()) {
        found.add("queues " + queues.keySet() + " have no workers: add worker(type, worker)");
      }
      found.addAll(PeriodicDefinitions.problems(periodicJobs, knownKinds()));
      if (!periodicJobs.isEmpty() && !maintenance.leaderElection()) {
        found.add(
            "there are periodic jobs, but leaderElection is false: only a leader inserts them, so"
                + " remove them, or let the client lead");
      }
      if (!found.isEmpty()) {
        throw new RiverException(
            RiverError.CONFIG_INVALID, "client configuration: " + String.join("; ", found));
      }
      return new RiverConfig(snapshot());
    }

    private Builder snapshot() {
      var copy = new Builder();
      copy.id = id;
      copy.queues = Map.copyOf(queues);
      copy.workers = Map.copyOf(workers);
      copy.fetchCooldown = fetchCooldown;
      copy.fetchPollInterval = fetchPollInterval;
      copy.notifyCooldown = notifyCooldown;
      copy.directDispatch = directDispatch;
      copy.fetchOnlyKnownKinds = fetchOnlyKnownKinds;
      copy.pollOnly = pollOnly;
      copy.jobTimeout = jobTimeout;
      copy.softStopTimeout = softStopTimeout;
      copy.maxAttempts = maxAttempts;
      copy.retryPolicy = retryPolicy;
      copy.clock = clock;
      copy.heartbeat = heartbeat;
      copy.skipUnknownKindCheck = skipUnknownKindCheck;
      copy.maintenance = maintenance;
      copy.errorHandler = errorHandler;
      copy.stuckThreshold = stuckThreshold;
      copy.stuckJobHandler = stuckJobHandler;
      copy.periodicJobs = List.copyOf(periodicJobs);
      copy.plugins = List.copyOf(plugins);
      copy.kindPlugins = new LinkedHashMap<>();
      kindPlugins.forEach((kind, own) -> copy.kindPlugins.put(kind, List.copyOf(own)));
      return copy;
    }

    private @Nullable Set<String> knownKinds() {
      return workers.isEmpty() || skipUnknownKindCheck ? null : workers.keySet();
    }

    private void checkPace(String queue, QueueConfig own, List<String> found) {
      if (own.fetchCooldown() == null && own.fetchPollInterval() == null) {
        return;
      }
      try {
        Producers.resolved(queue, own, fetchCooldown, fetchPollInterval);
      } catch (RiverException e) {
        found.add(String.valueOf(e.getMessage()));
      }
    }

    private void addQueue(String queue, QueueConfig limits) {
      if (queues.putIfAbsent(queue, limits) != null) {
        problems.add("queue \"" + queue + "\" is configured twice: name it once");
      }
    }

    private void addWorker(String kind, WorkerSet.Entry<?> entry) {
      if (workers.putIfAbsent(kind, entry) != null) {
        problems.add("kind \"" + kind + "\" has a worker already: a kind has one");
      }
    }

    private void collecting(Runnable setting) {
      try {
        setting.run();
      } catch (RiverException e) {
        problems.add(String.valueOf(e.getMessage()));
      }
    }
  }
}
