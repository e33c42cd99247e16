package dev.gala;

import dev.gala.context.ContextManager;
import dev.gala.event.Definition;
import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.event.ListenerId;
import dev.gala.event.Loop;
import dev.gala.internal.dispatch.Dispatch;
import dev.gala.internal.dispatch.DispatchRules;
import dev.gala.internal.emit.TopicEmitter;
import dev.gala.internal.memory.HandlerThreads;
import dev.gala.internal.memory.InMemoryDispatcher;
import dev.gala.internal.memory.Later;
import dev.gala.internal.registry.Registry;
import dev.gala.internal.threads.Threads;
import dev.gala.pool.Pool;
import dev.gala.river.job.Tx;
import dev.gala.spi.GalaMetrics;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps events in the process: they are handled from the start, whether or not workers are. */
final class InMemoryTransport implements Transport {
  private static final Logger LOG = LoggerFactory.getLogger(InMemoryTransport.class);

  private final Registry registry;
  private final Dispatch dispatch;
  private final Pool pool;
  private final Runnable unmetered;
  private final InMemoryDispatcher dispatcher;
  private final TopicEmitter.Parts emitting;
  private final TopicEmitter.Parts within;

  InMemoryTransport(GalaConfig config, Registry registry, ContextManager contexts) {
    this.registry = registry;
    var handlers = new HandlerThreads(Threads.virtual("listener"));
    dispatch =
        new Dispatch(
            registry,
            contexts,
            handlers,
            config.clock(),
            DispatchRules.inMemory()
                .withListenerTimeout(config.jobTimeout())
                .withDelivery(config.delivery())
                .withMetrics(config.metrics())
                .withInjector(config.injector()),
            (RandomGenerator) () -> ThreadLocalRandom.current().nextLong());
    pool =
        Pool.builder()
            .name(config.queueName())
            .workers(config.workerCount())
            .closeTimeout(patience(config.softStopTimeout()))
            .threads(Threads.virtual("listener"))
            .build();
    unmetered = opened(config.metrics(), pool);
    dispatcher =
        new InMemoryDispatcher(
            dispatch,
            pool,
            new Later(Threads.virtual("later")),
            handlers,
            () -> new TopicEmitter(within(), Tx.own()),
            config.clock());
    Executor background = handlers.onBehalf(Threads.virtual("emit"));
    emitting =
        new TopicEmitter.Parts(
            registry, contexts, dispatcher, config.limits(), config.clock(), background);
    within =
        new TopicEmitter.Parts(
            registry,
            contexts,
            dispatcher.fromWithin(),
            config.limits(),
            config.clock(),
            background);
  }

  /** What metrics throw changes nothing, here as elsewhere. */
  private static Runnable opened(GalaMetrics metrics, Pool pool) {
    try {
      return Objects.requireNonNull(metrics.opened(pool), "what to run at a pool's end");
    } catch (RuntimeException | Error broken) {
      LOG.warn("metrics fail, and do not count pool \"{}\"", pool.name(), broken);
      return () -> {};
    }
  }

  /** Of a pool zero means at once, of a runtime for ever. */
  private static Duration patience(Duration softStopTimeout) {
    return softStopTimeout.isZero() ? ChronoUnit.FOREVER.getDuration() : softStopTimeout;
  }

  /** For handlers. */
  private TopicEmitter.Parts within() {
    return within;
  }

  @Override
  public TopicEmitter.Parts emitting() {
    return emitting;
  }

  @Override
  public void check(List<? extends Definition<?>> definitions) {
    for (Definition<?> definition : definitions) {
      if (definition.work() instanceof Definition.Transactional<?>) {
        throw new GalaException(
            GalaError.DISPATCH_MODE_INVALID,
            "listener \""
                + definition.name()
                + "\" of topic "
                + definition.topic().name()
                + " is transactional, and events in memory have no database: use dispatch mode"
                + " durable, or another handler here");
      }
    }
  }

  @Override
  public boolean attaches(Definition<?> definition) {
    boolean loop = definition.work() instanceof Loop<?>;
    if (loop) {
      LOG.info(
          "loop \"{}\" of topic {} is not attached: events in memory keep nothing going",
          definition.name(),
          definition.topic().name());
    }
    return !loop;
  }

  /** What waits for them is handled without them: there is nothing to delete. */
  @Override
  public long removeListeners(Collection<ListenerId> ids, Duration limit) {
    registry.detach(ids);
    registry.forget(ids);
    return 0;
  }

  @Override
  public boolean waitIdle(Duration timeout) throws InterruptedException {
    return dispatcher.waitIdle(timeout);
  }

  @Override
  public void startWorkers() {}

  @Override
  public void stopWorkers() {}

  @Override
  public void close() {
    dispatcher.close();
    pool.close();
    dispatch.close();
    try {
      unmetered.run();
    } catch (RuntimeException | Error broken) {
      LOG.warn("metrics fail at the end of pool \"{}\"", pool.name(), broken);
    }
  }
}
