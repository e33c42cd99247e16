package dev.gala;

import dev.gala.context.ContextManager;
import dev.gala.durable.RiverDispatchArgs;
import dev.gala.durable.RiverDispatcher;
import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.event.ListenerId;
import dev.gala.event.LiveEvents;
import dev.gala.event.Namespace;
import dev.gala.event.UnhandledEvents;
import dev.gala.internal.dispatch.Dispatch;
import dev.gala.internal.dispatch.DispatchRules;
import dev.gala.internal.durable.HandlerConnections;
import dev.gala.internal.durable.IdleWatch;
import dev.gala.internal.durable.ListenerRemoval;
import dev.gala.internal.durable.LiveJobs;
import dev.gala.internal.durable.LoopKeeper;
import dev.gala.internal.durable.RiverDispatchWorker;
import dev.gala.internal.durable.UnhandledReport;
import dev.gala.internal.emit.TopicEmitter;
import dev.gala.internal.registry.Registry;
import dev.gala.internal.threads.Threads;
import dev.gala.river.RiverClient;
import dev.gala.river.RiverConfig;
import dev.gala.river.RiverDatabase;
import dev.gala.river.job.Health;
import dev.gala.river.job.JobListParams;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.RiverException;
import dev.gala.river.job.Tx;
import dev.gala.river.spi.AttemptLines;
import dev.gala.river.worker.Worker;
import dev.gala.stored.StoredEvents;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Stores events as River jobs and works them on a River client of its own. */
final class DurableTransport implements Transport {
  private static final Duration LOOK_AT_LOOPS = Duration.ofMinutes(2);
  private static final Duration LONGEST = Duration.ofDays(36_500);

  /** Events are read whole. */
  private static final int LOOKED_AT_AT_ONCE = 100;

  private final @Nullable RiverDatabase opened;
  private final RiverClient client;
  private final HandlerConnections connections;
  private final Dispatch dispatch;
  private final RiverDispatchWorker worker;
  private final TopicEmitter.Parts emitting;
  private final LiveJobs live;
  private final LoopKeeper loops;
  private final StoredEvents stored;
  private final UnhandledReport unhandled;
  private final AtomicBoolean reported = new AtomicBoolean();
  private final ListenerRemoval removal;
  private final IdleWatch idle;

  private DurableTransport(
      GalaConfig config,
      Registry registry,
      ContextManager contexts,
      RiverDatabase database,
      @Nullable RiverDatabase opened) {
    this.opened = opened;
    ThreadFactory listeners = Threads.virtual("listener");
    dispatch =
        new Dispatch(
            registry,
            contexts,
            // What a listener logs may be kept with its event's job.
            work -> listeners.newThread(AttemptLines.handedOn(work)),
            config.clock(),
            rules(config),
            (RandomGenerator) () -> ThreadLocalRandom.current().nextLong());
    connections =
        new HandlerConnections(
            config.transactionConnections(), () -> database.pool(config.transactionConnections()));
    worker =
        new RiverDispatchWorker(
            dispatch, tx -> new TopicEmitter(emitting(), tx), connections, this::there);
    client = RiverClient.create(database, riverConfig(config, worker));
    stored =
        StoredEvents.of(
            client.jobs(),
            config.clock(),
            config.namespaces().keySet().stream().map(Namespace::kind).toList());
    unhandled = new UnhandledReport(client.jobs(), registry, kinds(config), queues(config));
    var dispatcher =
        new RiverDispatcher(
            client::insertMany,
            config.queueName(),
            config.maxRetries(),
            config.namespaces().keySet());
    emitting =
        new TopicEmitter.Parts(
            registry,
            contexts,
            dispatcher,
            config.limits(),
            config.clock(),
            task -> Threads.virtual("emit").newThread(task).start());
    live = new LiveJobs(client.jobs(), config.namespaces().keySet());
    removal = new ListenerRemoval(registry, live);
    idle = new IdleWatch(client.jobs(), config.queues().keySet(), config.clock());
    loops =
        new LoopKeeper(
            registry, live, new TopicEmitter(emitting, Tx.own()), LOOK_AT_LOOPS, config.clock());
  }

  static DurableTransport open(GalaConfig config, Registry registry, ContextManager contexts) {
    RiverDatabase given = config.database();
    RiverDatabase opened = null;
    try {
      if (given == null) {
        opened = connect(config);
      }
      RiverDatabase database = given == null ? Objects.requireNonNull(opened) : given;
      if (config.runMigrations()) {
        database.migrator().up();
      }
      return new DurableTransport(config, registry, contexts, database, opened);
    } catch (RuntimeException e) {
      if (opened != null) {
        opened.close();
      }
      throw new GalaException(
          GalaError.RIVER_CLIENT_INITIALIZATION_FAILED, String.valueOf(e.getMessage()), e);
    }
  }

  private Set<Long> there(List<Long> ids, Tx tx) {
    Set<Long> there = new HashSet<>();
    for (int from = 0; from < ids.size(); from += LOOKED_AT_AT_ONCE) {
      List<Long> some = ids.subList(from, Math.min(from + LOOKED_AT_AT_ONCE, ids.size()));
      var those = JobListParams.builder().ids(some).limit(some.size()).build();
      client.jobs().list(those, tx).jobs().forEach(job -> there.add(job.id()));
    }
    return there;
  }

  @Override
  public TopicEmitter.Parts emitting() {
    return emitting;
  }

  @Override
  public Worker<RiverDispatchArgs> dispatchWorker() {
    return worker;
  }

  @Override
  public StoredEvents stored() {
    return stored;
  }

  @Override
  public void startWorkers() {
    try {
      client.start();
    } catch (RiverException e) {
      throw new GalaException(
          GalaError.RIVER_WORKER_START_FAILED, String.valueOf(e.getMessage()), e);
    }
    loops.start();
    if (reported.compareAndSet(false, true)) {
      Threads.virtual("report").newThread(unhandled::report).start();
    }
  }

  @Override
  public List<UnhandledEvents> unhandledEvents() {
    return unhandled.unhandled();
  }

  private static List<String> kinds(GalaConfig config) {
    return Stream.concat(
            Stream.of(RiverDispatchArgs.KIND),
            config.namespaces().keySet().stream().map(Namespace::kind))
        .toList();
  }

  private static List<String> queues(GalaConfig config) {
    return List.copyOf(config.queues().keySet());
  }

  @Override
  public void stopWorkers() {
    // A look may wait for a database that is away; what runs is to end in its time even so.
    loops.tellToStop();
    client.stop();
    loops.stop();
  }

  @Override
  public @Nullable JobRow workNow(long jobId) {
    return client.workNow(jobId);
  }

  @Override
  public long removeListeners(Collection<ListenerId> ids, Duration limit)
      throws InterruptedException {
    return removal.remove(ids, limit);
  }

  @Override
  public LiveEvents liveEvents(String topic) {
    return live.ofTopicNamed(topic);
  }

  @Override
  public LiveEvents liveEventsWith(String metadata) {
    return live.withMetadata(metadata);
  }

  @Override
  public boolean waitIdle(Duration timeout) throws InterruptedException {
    return idle.await(timeout);
  }

  @Override
  public void attached() {
    loops.look();
  }

  @Override
  public Health health() {
    return client.health();
  }

  @Override
  public void close() {
    try (connections) {
      loops.tellToStop();
      client.close();
    } finally {
      loops.stop();
      dispatch.close();
      if (opened != null) {
        opened.close();
      }
    }
  }

  private static RiverDatabase connect(GalaConfig config) {
    RiverDatabase.Builder builder =
        config.dataSource() == null
            ? RiverDatabase.at(Objects.requireNonNull(config.url(), "checked by GalaConfig"))
            : RiverDatabase.at(config.dataSource());
    return builder.schema(config.schema()).connect();
  }

  private static DispatchRules rules(GalaConfig config) {
    return DispatchRules.durable()
        .withListenerTimeout(countable(config.jobTimeout()))
        .withMissingListenerGrace(countable(config.missingListenerGrace()))
        .withUnknownTopics(config.unknownTopics())
        .withDelivery(config.delivery())
        .withRecordOutcomes(config.recordOutcomes())
        .withMetrics(config.metrics())
        .withInjector(config.injector());
  }

  /** Whoever means for ever may say so in any number; times and nanoseconds have their limits. */
  private static Duration countable(Duration time) {
    return time.compareTo(LONGEST) < 0 ? time : LONGEST;
  }

  static RiverConfig riverConfig(GalaConfig config, Worker<RiverDispatchArgs> worker) {
    RiverConfig.Builder builder =
        RiverConfig.builder()
            .worker(RiverDispatchArgs.JOB_TYPE, worker)
            .fetchCooldown(config.fetchCooldown())
            .fetchPollInterval(config.fetchPollInterval())
            .pollOnly(config.pollOnly())
            .softStopTimeout(config.softStopTimeout())
            .heartbeat(config.heartbeat())
            .directDispatch(config.directDispatch())
            .clock(config.clock());
    config.queues().forEach(builder::queue);
    config
        .namespaces()
        .keySet()
        .forEach(namespace -> builder.worker(RiverDispatchArgs.jobType(namespace.kind()), worker));
    return builder.build();
  }
}
