package dev.gala;

import dev.gala.context.ContextManager;
import dev.gala.durable.RiverDispatchArgs;
import dev.gala.event.Definition;
import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.event.ListenerId;
import dev.gala.event.LiveEvents;
import dev.gala.event.UnhandledEvents;
import dev.gala.internal.emit.TopicEmitter;
import dev.gala.internal.memory.NoLiveEvents;
import dev.gala.internal.registry.Registry;
import dev.gala.river.job.Health;
import dev.gala.river.job.JobRow;
import dev.gala.river.worker.Worker;
import dev.gala.stored.StoredEvents;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What lies between an emit and the listeners: the database, memory, or nothing. */
interface Transport extends AutoCloseable {
  /** The transport that {@code config} asks for. */
  static Transport open(GalaConfig config, Registry registry, ContextManager contexts) {
    if (!config.enabled()) {
      return new DisabledTransport(config, registry, contexts);
    }
    return switch (config.dispatchMode()) {
      case DURABLE -> DurableTransport.open(config, registry, contexts);
      case IN_MEMORY -> new InMemoryTransport(config, registry, contexts);
    };
  }

  /** What emitters need to emit here. */
  TopicEmitter.Parts emitting();

  /**
   * Looks whether listeners can be called here.
   *
   * @throws GalaException if one cannot
   */
  default void check(List<? extends Definition<?>> definitions) {}

  /** Whether a listener is attached here at all. */
  default boolean attaches(Definition<?> definition) {
    return true;
  }

  /** Told when listeners were attached. */
  default void attached() {}

  /**
   * Takes listeners away and deletes what was for them alone.
   *
   * @return how many events were deleted
   */
  long removeListeners(Collection<ListenerId> ids, Duration limit) throws InterruptedException;

  /** The events of a topic that have not ended; none where nothing is stored. */
  default LiveEvents liveEvents(String topic) {
    return NoLiveEvents.INSTANCE;
  }

  /** The events with some metadata that have not ended; none where nothing is stored. */
  default LiveEvents liveEventsWith(String metadata) {
    return NoLiveEvents.INSTANCE;
  }

  /** Waits until nothing is left to do but what is due later; says whether that came about. */
  default boolean waitIdle(Duration timeout) throws InterruptedException {
    return true;
  }

  void startWorkers();

  void stopWorkers();

  /** Works the job of one stored event; null if it is not to be had. */
  default @Nullable JobRow workNow(long jobId) {
    throw new GalaException(
        GalaError.DISPATCH_MODE_INVALID,
        "only a durable runtime has jobs to work, such as "
            + jobId
            + ": set dispatchMode(DURABLE)");
  }

  /** How the runtime is; without a database nothing can be wrong with it. */
  default Health health() {
    return new Health.Healthy();
  }

  /** The events that are stored. */
  default StoredEvents stored() {
    throw new GalaException(
        GalaError.DISPATCH_MODE_INVALID,
        "this runtime stores no events: set dispatchMode(DURABLE) and enabled(true)");
  }

  /** Stored events that cannot be handled here; without a database there are none. */
  default List<UnhandledEvents> unhandledEvents() {
    return List.of();
  }

  /** Works stored events on a client that is not this runtime's. */
  default Worker<RiverDispatchArgs> dispatchWorker() {
    throw new GalaException(
        GalaError.RIVER_GALA_PROVIDER_REQUIRED,
        "only a durable runtime works stored events: set dispatchMode(DURABLE)");
  }

  /** Ends whatever runs and gives back what was opened. Called once. */
  @Override
  void close();
}
