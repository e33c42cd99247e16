package dev.gala;

import dev.gala.context.ContextManager;
import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.event.ListenerId;
import dev.gala.internal.emit.TopicEmitter;
import dev.gala.internal.registry.Registry;
import dev.gala.spi.Dispatcher;
import java.time.Duration;
import java.util.Collection;

/** A runtime that is switched off: it handles nothing, and an emit is refused aloud. */
final class DisabledTransport implements Transport {
  private static final Dispatcher REFUSING =
      (events, tx) -> {
        throw new GalaException(
            GalaError.DISPATCHER_REQUIRED,
            "the runtime is switched off: set enabled(true) to emit");
      };

  private final Registry registry;
  private final TopicEmitter.Parts emitting;

  DisabledTransport(GalaConfig config, Registry registry, ContextManager contexts) {
    this.registry = registry;
    emitting =
        new TopicEmitter.Parts(
            registry, contexts, REFUSING, config.limits(), config.clock(), Runnable::run);
  }

  @Override
  public TopicEmitter.Parts emitting() {
    return emitting;
  }

  @Override
  public long removeListeners(Collection<ListenerId> ids, Duration limit) {
    registry.detach(ids);
    registry.forget(ids);
    return 0;
  }

  @Override
  public void startWorkers() {}

  @Override
  public void stopWorkers() {}

  @Override
  public void close() {}
}
