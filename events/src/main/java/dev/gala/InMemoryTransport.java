package dev.gala;

import dev.gala.context.ContextManager;
import dev.gala.internal.dispatch.Dispatch;
import dev.gala.internal.dispatch.DispatchRules;
import dev.gala.internal.emit.TopicEmitter;
import dev.gala.internal.memory.InMemoryDispatcher;
import dev.gala.internal.memory.Later;
import dev.gala.internal.registry.Registry;
import dev.gala.internal.threads.Threads;
import dev.gala.pool.Pool;
import dev.gala.river.job.Tx;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/** Keeps events in the process: they are handled from the start, whether or not workers are. */
final class InMemoryTransport implements Transport {
  private final Pool pool;
  private final InMemoryDispatcher dispatcher;
  private final TopicEmitter.Parts emitting;

  InMemoryTransport(GalaConfig config, Registry registry, ContextManager contexts) {
    var dispatch =
        new Dispatch(
            registry,
            contexts,
            Threads.virtual("listener"),
            config.clock(),
            DispatchRules.inMemory().withListenerTimeout(config.jobTimeout()),
            (RandomGenerator) () -> ThreadLocalRandom.current().nextLong());
    pool =
        Pool.builder()
            .name(config.queueName())
            .workers(config.workerCount())
            .closeTimeout(config.softStopTimeout())
            .threads(Threads.virtual("memory"))
            .build();
    dispatcher =
        new InMemoryDispatcher(
            dispatch,
            pool,
            new Later(Threads.virtual("later")),
            () -> new TopicEmitter(emitting(), Tx.own()),
            config.clock());
    emitting =
        new TopicEmitter.Parts(
            registry,
            contexts,
            dispatcher,
            config.clock(),
            task -> Threads.virtual("emit").newThread(task).start());
  }

  @Override
  public TopicEmitter.Parts emitting() {
    return emitting;
  }

  @Override
  public void startWorkers() {}

  @Override
  public void stopWorkers() {}

  @Override
  public void close() {
    dispatcher.close();
    pool.close();
  }
}
