package dev.gala;

import dev.gala.event.Delivery;
import dev.gala.event.DispatchMode;
import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.event.Injector;
import dev.gala.event.Namespace;
import dev.gala.event.RecordOutcomes;
import dev.gala.event.Renames;
import dev.gala.event.UnknownTopics;
import dev.gala.internal.emit.EmitLimits;
import dev.gala.river.RiverDatabase;
import dev.gala.river.job.HeartbeatConfig;
import dev.gala.spi.CodecFactory;
import dev.gala.spi.ContextCodec;
import dev.gala.spi.GalaMetrics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * How a runtime works. Immutable; made by {@link #builder()}, which reports every problem at once.
 */
public final class GalaConfig {
  /** The queue of events that name none. */
  public static final String DEFAULT_QUEUE_NAME = "events";

  /** Of a pool of ten, which is usual, this leaves enough for claims and completions. */
  private static final int DEFAULT_TRANSACTION_CONNECTIONS = 6;

  private final GalaSettings settings;

  private GalaConfig(GalaSettings settings) {
    this.settings = settings;
  }

  /** A builder with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** This with a queue that can be worked, so that an engine can be asked what else is wrong. */
  GalaConfig withSomeQueue() {
    GalaSettings rest = settings.copy();
    rest.workerCount = Math.max(rest.workerCount, 1);
    rest.queueName = rest.queueName.isBlank() ? DEFAULT_QUEUE_NAME : rest.queueName;
    return new GalaConfig(rest);
  }

  DispatchMode dispatchMode() {
    return settings.dispatchMode;
  }

  boolean enabled() {
    return settings.enabled;
  }

  @Nullable RiverDatabase database() {
    return settings.database;
  }

  @Nullable String url() {
    return settings.url;
  }

  @Nullable DataSource dataSource() {
    return settings.dataSource;
  }

  /** How many were given; one is enough. */
  int databases() {
    String url = settings.url;
    boolean byUrl = url != null && !url.isBlank();
    return (byUrl ? 1 : 0)
        + (settings.dataSource == null ? 0 : 1)
        + (settings.database == null ? 0 : 1);
  }

  @Nullable String schema() {
    return settings.schema;
  }

  String queueName() {
    return settings.queueName;
  }

  /** All queues to work, with their worker counts. */
  Map<String, Integer> queues() {
    Map<String, Integer> queues = new LinkedHashMap<>(settings.queueWorkers);
    queues.putIfAbsent(settings.queueName, settings.workerCount);
    settings.namespaces.forEach(
        (namespace, workers) -> queues.putIfAbsent(namespace.queue(settings.queueName), workers));
    return queues;
  }

  /** The namespaces to work and emit, with their worker counts. */
  Map<Namespace, Integer> namespaces() {
    return settings.namespaces;
  }

  EmitLimits limits() {
    return new EmitLimits(settings.payloadLimit, settings.headersLimit);
  }

  int contextLimit() {
    return settings.contextLimit;
  }

  int workerCount() {
    return settings.workerCount;
  }

  int maxRetries() {
    return settings.maxRetries;
  }

  boolean runMigrations() {
    return settings.runMigrations;
  }

  Duration fetchCooldown() {
    return settings.fetchCooldown;
  }

  Duration fetchPollInterval() {
    return settings.fetchPollInterval;
  }

  boolean pollOnly() {
    return settings.pollOnly;
  }

  boolean directDispatch() {
    return settings.directDispatch;
  }

  Duration jobTimeout() {
    return settings.jobTimeout;
  }

  Duration softStopTimeout() {
    return settings.softStopTimeout;
  }

  HeartbeatConfig heartbeat() {
    return settings.heartbeat;
  }

  Duration missingListenerGrace() {
    return settings.missingListenerGrace;
  }

  UnknownTopics unknownTopics() {
    return settings.unknownTopics;
  }

  Renames renames() {
    return settings.renames;
  }

  Delivery delivery() {
    return settings.delivery;
  }

  RecordOutcomes recordOutcomes() {
    return settings.recordOutcomes;
  }

  /** As many as work can be under way, at most, if nothing is said. */
  int transactionConnections() {
    if (settings.transactionConnections != 0) {
      return settings.transactionConnections;
    }
    int workers = queues().values().stream().mapToInt(Integer::intValue).sum();
    return Math.clamp(workers, 1, DEFAULT_TRANSACTION_CONNECTIONS);
  }

  List<ContextCodec> contextCodecs() {
    return settings.contextCodecs;
  }

  CodecFactory codecs() {
    return settings.codecs;
  }

  GalaMetrics metrics() {
    return settings.metrics;
  }

  Injector injector() {
    return settings.injector;
  }

  InstantSource clock() {
    return settings.clock;
  }

  /** Collects settings. Not safe for use by many threads. */
  public static final class Builder {
    private final GalaSettings settings = new GalaSettings();

    private Builder() {}

    /** Durable, the default, or in memory. */
    public Builder dispatchMode(DispatchMode dispatchMode) {
      settings.dispatchMode = Objects.requireNonNull(dispatchMode, "dispatchMode");
      return this;
    }

    /** Whether to work and take events at all; true by default. */
    public Builder enabled(boolean enabled) {
      settings.enabled = enabled;
      return this;
    }

    /** The database: {@code postgres[ql]://…} as libpq writes it, or {@code jdbc:postgresql:…}. */
    public Builder url(@Nullable String url) {
      settings.url = url;
      return this;
    }

    /** The database, by a pool of the application's, which is not closed. */
    public Builder dataSource(@Nullable DataSource dataSource) {
      settings.dataSource = dataSource;
      return this;
    }

    /** The database, opened by the application, which closes it. */
    public Builder database(@Nullable RiverDatabase database) {
      settings.database = database;
      return this;
    }

    /** The schema of River's tables; null, the default, means the connection's search path. */
    public Builder schema(@Nullable String schema) {
      settings.schema = schema;
      return this;
    }

    /** The queue of events that name none; {@code events} by default. */
    public Builder queueName(String queueName) {
      settings.queueName = Objects.requireNonNull(queueName, "queueName").strip();
      return this;
    }

    /** How many events of that queue are handled at once here; 50 by default. */
    public Builder workerCount(int workerCount) {
      settings.workerCount = workerCount;
      return this;
    }

    /** Works another queue too; a blank name or a count below 1 is passed over. */
    public Builder queueWorkers(String queue, int workers) {
      if (!queue.isBlank() && workers >= 1) {
        settings.queueWorkers.put(queue.strip(), workers);
      }
      return this;
    }

    /**
     * Works a namespace too, and emits its topics' events as jobs of its kind in its queue. Events
     * of namespaces that are not given here go the ordinary way.
     *
     * @param workers how many of its events are handled at once here
     */
    public Builder namespace(Namespace namespace, int workers) {
      settings.namespaces.put(Objects.requireNonNull(namespace, "namespace"), workers);
      return this;
    }

    /**
     * The most bytes of a payload, as JSON; 1 MiB by default. A larger one is refused: keep large
     * data elsewhere, and emit a reference to it.
     */
    public Builder payloadLimit(int bytes) {
      settings.payloadLimit = bytes;
      return this;
    }

    /** The most bytes of an event's headers in all; 64 KiB by default. */
    public Builder headersLimit(int bytes) {
      settings.headersLimit = bytes;
      return this;
    }

    /** The most characters of the context stored with an event, as JSON; 65,536 by default. */
    public Builder contextLimit(int characters) {
      settings.contextLimit = characters;
      return this;
    }

    /** How many attempts an event may use; 0, the default, means River's 25. */
    public Builder maxRetries(int maxRetries) {
      settings.maxRetries = maxRetries;
      return this;
    }

    /** Whether to bring River's tables and ours up to date at the start; false by default. */
    public Builder runMigrations(boolean runMigrations) {
      settings.runMigrations = runMigrations;
      return this;
    }

    /** Least time between fetches that bring nothing; 100 ms by default, at least 1 ms. */
    public Builder fetchCooldown(Duration fetchCooldown) {
      settings.fetchCooldown = Objects.requireNonNull(fetchCooldown, "fetchCooldown");
      return this;
    }

    /** How often to look where no notification comes; 1 s by default. */
    public Builder fetchPollInterval(Duration fetchPollInterval) {
      settings.fetchPollInterval = Objects.requireNonNull(fetchPollInterval, "fetchPollInterval");
      return this;
    }

    /** Whether to do without LISTEN, as behind a transaction pooler; false by default. */
    public Builder pollOnly(boolean pollOnly) {
      settings.pollOnly = pollOnly;
      return this;
    }

    /**
     * Whether an event begins in the process that emits it, in the moment it is stored, where that
     * works its queue, has a listener of its topic and a slot free; true by default. Its job is
     * then never available to others; if the process dies they put it back, as any that it ran.
     * Without heartbeats, or in a caller's transaction, events are claimed in any case.
     */
    public Builder directDispatch(boolean directDispatch) {
      settings.directDispatch = directDispatch;
      return this;
    }

    /** How long one listener may take for one event; 15 minutes by default, zero means no limit. */
    public Builder jobTimeout(Duration jobTimeout) {
      settings.jobTimeout = Objects.requireNonNull(jobTimeout, "jobTimeout");
      return this;
    }

    /**
     * How long a stop waits for running listeners before it interrupts them; 8 s by default, zero
     * means for ever. In memory that is how long a close waits for all that was emitted and is due.
     */
    public Builder softStopTimeout(Duration softStopTimeout) {
      settings.softStopTimeout = Objects.requireNonNull(softStopTimeout, "softStopTimeout");
      return this;
    }

    /** How runtimes look after each other's events; enabled by default, with 15 s. */
    public Builder heartbeat(HeartbeatConfig heartbeat) {
      settings.heartbeat = Objects.requireNonNull(heartbeat, "heartbeat");
      return this;
    }

    /**
     * How long to wait for a process that has a listener the emitter expected; 10 minutes by
     * default. Counts from when the event, being due, was first found to lack one.
     */
    public Builder missingListenerGrace(Duration missingListenerGrace) {
      settings.missingListenerGrace =
          Objects.requireNonNull(missingListenerGrace, "missingListenerGrace");
      return this;
    }

    /**
     * What becomes of events whose topic, or the form of whose payload, nobody here knows; they are
     * deferred by default.
     */
    public Builder unknownTopics(UnknownTopics unknownTopics) {
      settings.unknownTopics = Objects.requireNonNull(unknownTopics, "unknownTopics");
      return this;
    }

    /** Names that stored events may still have, and what they are called now; none by default. */
    public Builder renames(Renames renames) {
      settings.renames = Objects.requireNonNull(renames, "renames");
      return this;
    }

    /** How the listeners of an event stand to each other; isolated by default. */
    public Builder delivery(Delivery delivery) {
      settings.delivery = Objects.requireNonNull(delivery, "delivery");
      return this;
    }

    /** When it is recorded how each listener ended; when needed by default. */
    public Builder recordOutcomes(RecordOutcomes recordOutcomes) {
      settings.recordOutcomes = Objects.requireNonNull(recordOutcomes, "recordOutcomes");
      return this;
    }

    /**
     * How many connections transactional listeners hold at once, at most; 6 by default, or as many
     * as there are workers. With a URL they have a pool of their own, opened when needed. Of a
     * given DataSource they are taken: it must have at least 3 more, or claims and completions wait
     * for handlers.
     */
    public Builder transactionConnections(int transactionConnections) {
      settings.transactionConnections = transactionConnections;
      return this;
    }

    /** Carries one value of the context to the listeners. */
    public Builder contextCodec(ContextCodec codec) {
      settings.contextCodecs.add(Objects.requireNonNull(codec, "codec"));
      return this;
    }

    /** Makes the codecs of topics that bring none; JSON by default. */
    public Builder codecs(CodecFactory codecs) {
      settings.codecs = Objects.requireNonNull(codecs, "codecs");
      return this;
    }

    /** Is told what listeners and pools do; nobody is by default. */
    public Builder metrics(GalaMetrics metrics) {
      settings.metrics = Objects.requireNonNull(metrics, "metrics");
      return this;
    }

    /**
     * What handlers find as {@link dev.gala.event.HandlerContext#injector()}; nothing by default.
     */
    public Builder injector(Injector injector) {
      settings.injector = Objects.requireNonNull(injector, "injector");
      return this;
    }

    /** The clock of times that the database does not give; the system's by default. */
    public Builder clock(InstantSource clock) {
      settings.clock = Objects.requireNonNull(clock, "clock");
      return this;
    }

    /**
     * The configuration.
     *
     * @throws GalaException with {@link GalaError#RIVER_CONNECTION_URI_REQUIRED} if nothing is
     *     wrong but that a durable runtime has no database
     * @throws IllegalArgumentException naming everything that is wrong
     */
    public GalaConfig build() {
      GalaConfig given = new GalaConfig(settings.copy());
      ConfigProblems.refuse(given);
      return given;
    }
  }
}
