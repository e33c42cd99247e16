package dev.gala;

import dev.gala.context.ContextManager;
import dev.gala.durable.RiverDispatchArgs;
import dev.gala.event.Definition;
import dev.gala.event.DispatchMode;
import dev.gala.event.Emission;
import dev.gala.event.EmitOptions;
import dev.gala.event.EmitReceipt;
import dev.gala.event.Emitter;
import dev.gala.event.Envelope;
import dev.gala.event.GalaException;
import dev.gala.event.Handler;
import dev.gala.event.Injector;
import dev.gala.event.ListenerId;
import dev.gala.event.LiveEvents;
import dev.gala.event.OutcomeHandler;
import dev.gala.event.Topic;
import dev.gala.event.TransactionalHandler;
import dev.gala.event.UnhandledEvents;
import dev.gala.internal.emit.TopicEmitter;
import dev.gala.internal.registry.Registry;
import dev.gala.internal.threads.Threads;
import dev.gala.river.job.Health;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.Tx;
import dev.gala.river.worker.Worker;
import dev.gala.stored.StoredEvents;
import java.sql.Connection;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The runtime: attach listeners to topics, emit events, start the workers. Safe for use by many
 * threads.
 *
 * <p>An event emitted durably is stored when the emit returns, and is handled at least once by each
 * listener, in this process or another. No order is promised between events.
 */
public final class Gala implements Emitter, AutoCloseable {
  private final Registry registry;
  private final Injector injector;
  private final Transport transport;
  private final TopicEmitter.Parts parts;
  private final Emitter emitter;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicBoolean closing = new AtomicBoolean();

  private Gala(GalaConfig config) {
    registry = new Registry(config.codecs(), config.renames());
    injector = config.injector();
    var contexts = new ContextManager(config.contextLimit(), config.contextCodecs());
    transport = Transport.open(config, registry, contexts);
    parts = transport.emitting();
    emitter = new TopicEmitter(parts, Tx.own());
  }

  /**
   * A durable runtime with the defaults.
   *
   * @param url {@code postgres[ql]://…} as libpq writes it, or {@code jdbc:postgresql:…}
   * @throws GalaException with {@link dev.gala.event.GalaError#RIVER_CLIENT_INITIALIZATION_FAILED}
   *     if the database cannot be used; the cause says why
   */
  public static Gala connect(String url) {
    return create(GalaConfig.builder().url(url).build());
  }

  /**
   * A runtime that keeps events in memory: for tests, and for what need not survive the process.
   */
  public static Gala inMemory() {
    return create(GalaConfig.builder().dispatchMode(DispatchMode.IN_MEMORY).build());
  }

  /**
   * A runtime.
   *
   * @throws GalaException with {@link dev.gala.event.GalaError#RIVER_CLIENT_INITIALIZATION_FAILED}
   *     if the database cannot be used; the cause says why
   */
  public static Gala create(GalaConfig config) {
    return new Gala(config);
  }

  /**
   * Registers a topic that will be emitted here by name or as an envelope. Emitting to the topic
   * itself, or attaching a listener, registers it too.
   *
   * @throws GalaException with {@link dev.gala.event.GalaError#TOPIC_ALREADY_REGISTERED}
   */
  public void register(Topic<?> topic) {
    registry.register(topic);
  }

  /**
   * Attaches listeners and registers their topics; none if one is not valid. In memory a {@link
   * dev.gala.event.Loop} is not attached: it keeps itself going by what is stored.
   *
   * @return their ids, in the order given
   */
  public List<ListenerId> register(List<? extends Definition<?>> definitions) {
    transport.check(definitions);
    List<ListenerId> ids = registry.register(definitions, transport::attaches);
    transport.attached();
    return ids;
  }

  /**
   * Attaches a listener that handles an event by returning, and fails by throwing.
   *
   * @param name stable, unique within the topic: what a listener has done is recorded by its name
   */
  public <T> ListenerId on(Topic<T> topic, String name, Handler<T> handler) {
    return register(List.of(Definition.of(topic, name, handler))).getFirst();
  }

  /** Attaches a listener that says how it went. */
  public <T> ListenerId onOutcome(Topic<T> topic, String name, OutcomeHandler<T> handler) {
    return register(List.of(Definition.ofOutcome(topic, name, handler))).getFirst();
  }

  /**
   * Attaches a listener that handles an event in a transaction on the database of the jobs: what it
   * does there, and what it emits, happens exactly once.
   *
   * @param name stable, unique within the topic: what a listener has done is recorded by its name
   * @throws GalaException with {@link dev.gala.event.GalaError#DISPATCH_MODE_INVALID} in memory
   */
  public <T> ListenerId onTransactional(
      Topic<T> topic, String name, TransactionalHandler<T> handler) {
    return register(List.of(Definition.ofTransactional(topic, name, handler))).getFirst();
  }

  /**
   * Detaches listeners, and deletes the live events that nobody is left for: neither a listener
   * attached here, nor one that was attached where the event was emitted and is none of these. What
   * runs is told to end, and waited for. In memory nothing is deleted.
   *
   * @param ids as they were returned when the listeners were attached; others are passed over
   * @param limit how long to wait for handlers to end
   * @return how many events were deleted
   * @throws GalaException with {@link dev.gala.event.GalaError#RIVER_LISTENER_CLEANUP_FAILED} if
   *     not all could be deleted: the listeners are detached, and the same ids may be given again
   * @throws InterruptedException if interrupted; as before
   */
  public long removeListeners(Collection<ListenerId> ids, Duration limit)
      throws InterruptedException {
    return transport.removeListeners(ids, limit);
  }

  /** The events of a topic that have not ended. */
  public LiveEvents liveEvents(Topic<?> topic) {
    return transport.liveEvents(topic.name());
  }

  /**
   * The events that have not ended and whose jobs' metadata contain a JSON object, for instance
   * {@code {"properties": {"customer": "c-1"}}}.
   *
   * @param metadata the object, as JSON text; {@code {}} means all events
   */
  public LiveEvents liveEventsWith(String metadata) {
    return transport.liveEventsWith(metadata);
  }

  /**
   * Waits until nothing is left to do but what is due later: no event of the runtime's queues waits
   * or runs, in three looks 50 ms apart (10 ms in memory). Whoever emitted them and whoever handles
   * them: without workers anywhere it is waited in vain.
   *
   * @return whether that came about within {@code timeout}
   * @throws InterruptedException if interrupted
   * @throws dev.gala.river.job.RiverException what the database says
   */
  public boolean waitIdle(Duration timeout) throws InterruptedException {
    return transport.waitIdle(timeout);
  }

  /** Whether some listener attached here would take an event; emitters use it to save work. */
  public boolean interestedIn(Topic<?> topic, String operation) {
    return registry.interestedIn(topic.name(), operation);
  }

  /**
   * A payload as events carry it: JSON text, of a binary codec a JSON string in base64. The topic
   * is registered, if it is not yet.
   *
   * @throws GalaException with {@link dev.gala.event.GalaError#PAYLOAD_ENCODE_FAILED} or {@link
   *     dev.gala.event.GalaError#PAYLOAD_TYPE_MISMATCH}
   */
  public <T> String encodePayload(Topic<T> topic, T payload) {
    return registry.ensure(topic).encode(payload);
  }

  /**
   * The payload that an event carries as {@code json}. The topic is registered, if it is not yet.
   *
   * @throws GalaException with {@link dev.gala.event.GalaError#PAYLOAD_DECODE_FAILED} or {@link
   *     dev.gala.event.GalaError#ENVELOPE_PAYLOAD_REQUIRED}
   */
  @SuppressWarnings("unchecked") // A topic that is registered with another type is refused.
  public <T> T decodePayload(Topic<T> topic, String json) {
    return (T) registry.ensure(topic).decode(json);
  }

  /** What handlers depend on, as it was configured. */
  public Injector injector() {
    return injector;
  }

  /**
   * Emits in the transaction open on {@code connection}: the event exists if and only if that
   * commits. The connection is never committed, rolled back, closed or reconfigured; one in
   * auto-commit mode is refused when something is emitted.
   */
  public Emitter in(Connection connection) {
    return new TopicEmitter(parts, Tx.on(connection));
  }

  @Override
  public List<EmitReceipt> emitAll(List<? extends Emission<?>> emissions) {
    return emitter.emitAll(emissions);
  }

  @Override
  public EmitReceipt emitEnvelope(Envelope envelope) {
    return emitter.emitEnvelope(envelope);
  }

  @Override
  public <T> CompletableFuture<EmitReceipt> emitAsync(
      Topic<T> topic, @Nullable T payload, EmitOptions options) {
    return emitter.emitAsync(topic, payload, options);
  }

  /**
   * Starts handling events; running when this returns. Does nothing in memory, where they are
   * handled from the start, and nothing if the runtime is not enabled.
   *
   * @throws GalaException with {@link dev.gala.event.GalaError#RIVER_WORKER_START_FAILED}
   */
  public void startWorkers() {
    transport.startWorkers();
  }

  /**
   * Stops handling events: what is running ends, or is interrupted when the soft-stop timeout is
   * over and goes back without an attempt used. May be started again.
   */
  public void stopWorkers() {
    transport.stopWorkers();
  }

  /**
   * Handles one waiting event now, while the workers do not run here, and returns when what came of
   * it is written: whenever it is due. For tests, which want one thing after another.
   *
   * @param jobId of the event's job, from its {@link EmitReceipt}
   * @return the job as it then is; null, and nothing was done, if there is no such job, it does not
   *     wait, is none of this runtime's, or somebody has its row locked
   * @throws dev.gala.river.job.RiverException with {@link
   *     dev.gala.river.job.RiverError#CLIENT_STATE} if the workers run here or the runtime is
   *     closed, or what the database says
   * @throws GalaException with {@link dev.gala.event.GalaError#DISPATCH_MODE_INVALID} if the
   *     runtime stores no events
   */
  public @Nullable JobRow workNow(long jobId) {
    return transport.workNow(jobId);
  }

  /**
   * How the runtime is, as far as it knows: what fails is tried again for ever, and told here until
   * it works again. One that runs no workers, or has no database, knows of nothing.
   */
  public Health health() {
    return transport.health();
  }

  /**
   * The events that are stored, of this runtime and all others on its database: to look at, and to
   * have handled again.
   *
   * @throws GalaException with {@link dev.gala.event.GalaError#DISPATCH_MODE_INVALID} if this
   *     runtime stores none
   */
  public StoredEvents events() {
    return transport.stored();
  }

  /**
   * Looks which stored events this runtime could not handle, most events first: their topic is not
   * known or nobody listens to it, after {@link dev.gala.event.Renames renames}, or their payloads
   * have a form that is not declared. Logged once too, when the workers first start. Of each of the
   * runtime's queues and each state the first 10,000 are looked at. Nothing in memory.
   *
   * @throws dev.gala.river.job.RiverException with what the database says
   */
  public List<UnhandledEvents> unhandledEvents() {
    return transport.unhandledEvents();
  }

  /**
   * Works this runtime's events on another River client: register it there for {@link
   * RiverDispatchArgs#JOB_TYPE}.
   */
  public Worker<RiverDispatchArgs> dispatchWorker() {
    return transport.dispatchWorker();
  }

  /**
   * Waits until the runtime is closed. When the process is told to end, the runtime is closed
   * first: running listeners end properly.
   *
   * @throws InterruptedException if the waiting thread is interrupted
   */
  public void awaitShutdown() throws InterruptedException {
    Runtime.getRuntime().addShutdownHook(Threads.atExit(this::close));
    closed.await();
  }

  /** Stops the workers and gives back every connection. Idempotent. */
  @Override
  public void close() {
    if (closing.compareAndSet(false, true)) {
      try {
        transport.close();
      } finally {
        closed.countDown();
      }
    }
  }
}
