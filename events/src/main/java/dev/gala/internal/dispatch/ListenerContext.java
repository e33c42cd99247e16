package dev.gala.internal.dispatch;

import dev.gala.event.Emission;
import dev.gala.event.EmitOptions;
import dev.gala.event.EmitReceipt;
import dev.gala.event.Emitter;
import dev.gala.event.Envelope;
import dev.gala.event.EventContext;
import dev.gala.event.EventId;
import dev.gala.event.HandlerContext;
import dev.gala.event.Injector;
import dev.gala.event.Topic;
import dev.gala.river.job.AttemptError;
import dev.gala.river.job.Durability;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** What one listener is told of one event. */
final class ListenerContext implements HandlerContext {
  private final Incoming incoming;
  private final String listener;
  private final Duration timeout;
  private final Surroundings surroundings;
  private volatile EventContext context;
  private volatile Map<String, String> logFields = Map.of();
  private volatile @Nullable Transaction transaction;
  private volatile @Nullable Instant deadline;
  private volatile boolean cancelled;

  /**
   * What is the same for all listeners.
   *
   * @param clock tells their deadlines
   * @param threads makes the threads of their executors
   * @param injector gives them what they depend on
   */
  record Surroundings(InstantSource clock, ThreadFactory threads, Injector injector) {}

  ListenerContext(
      Incoming incoming,
      String listener,
      EventContext context,
      Duration timeout,
      Surroundings surroundings) {
    this.incoming = incoming;
    this.listener = listener;
    this.context = context;
    this.timeout = timeout;
    this.surroundings = surroundings;
    this.deadline = incoming.deadline();
  }

  /** The same, for another call, and without a transaction. */
  ListenerContext afresh() {
    return new ListenerContext(incoming, listener, context, timeout, surroundings);
  }

  /** The handler's time counts from now. */
  void begin() {
    begin(null);
  }

  /**
   * The handler's time counts from now.
   *
   * @param transaction what it emits in; null if it has none
   */
  void begin(@Nullable Transaction transaction) {
    this.transaction = transaction;
    if (timeout.isZero()) {
      return;
    }
    Instant own = surroundings.clock().instant().plus(timeout);
    Instant attempts = incoming.deadline();
    deadline = attempts == null || own.isBefore(attempts) ? own : attempts;
  }

  /** What the handler finds around it. */
  void enter(EventContext context, Map<String, String> logFields) {
    this.context = context;
    this.logFields = Map.copyOf(logFields);
  }

  Map<String, String> logFields() {
    return logFields;
  }

  /** From now on the handler should end. */
  void cancel() {
    cancelled = true;
  }

  /** Whether the whole attempt should end, rather than this handler alone. */
  boolean attemptCancelled() {
    return incoming.cancelled().getAsBoolean();
  }

  @Override
  public Envelope envelope() {
    return incoming.envelope();
  }

  @Override
  public EventContext eventContext() {
    return context;
  }

  @Override
  public Injector injector() {
    return surroundings.injector();
  }

  @Override
  public int attempt() {
    return incoming.attempt();
  }

  @Override
  public int maxAttempts() {
    return incoming.maxAttempts();
  }

  @Override
  public List<AttemptError> previousErrors() {
    return incoming.previousErrors();
  }

  @Override
  public boolean cancelled() {
    return cancelled || attemptCancelled();
  }

  @Override
  public @Nullable Instant deadline() {
    return deadline;
  }

  @Override
  public Executor executor() {
    return task -> surroundings.threads().newThread(context.wrap(logging(task))).start();
  }

  private Runnable logging(Runnable task) {
    Map<String, String> fields = logFields;
    return () -> {
      fields.forEach(MDC::put);
      task.run();
    };
  }

  @Override
  public void recordOutput(String json) {
    incoming.carrier().recordOutput(listener, json);
  }

  @Override
  public List<EmitReceipt> emitAll(List<? extends Emission<?>> emissions) {
    return children().emitAll(emissions);
  }

  @Override
  public EmitReceipt emitEnvelope(Envelope envelope) {
    return children().emitEnvelope(envelope);
  }

  @Override
  public <T> CompletableFuture<EmitReceipt> emitAsync(
      Topic<T> topic, @Nullable T payload, EmitOptions options) {
    return children().emitAsync(topic, payload, options);
  }

  @Override
  public <T> EmitReceipt emitOnce(
      String step, Topic<T> topic, @Nullable T payload, EmitOptions options) {
    if (step.isBlank() || options.eventId() != null) {
      throw new IllegalArgumentException(
          "emitOnce was given step \""
              + step
              + "\" and event id "
              + options.eventId()
              + ": give a step that is not blank, and no id, which is made of it");
    }
    EventId id = EventId.derived(envelope().occurredAt(), envelope().id().value(), listener, step);
    // Part of the transaction that remembers the step.
    EmitOptions once = options.toBuilder().eventId(id).durability(Durability.FULL).build();
    Function<Emitter, EmitReceipt> emit = emitter -> children(emitter).emit(topic, payload, once);
    Transaction own = transaction;
    return own == null
        ? incoming.carrier().emitOnce(id, listener, emit)
        : own.emitOnce(id, listener, emit);
  }

  private ChildEmitter children() {
    Transaction own = transaction;
    return children(own == null ? incoming.emitter() : own.emitter());
  }

  private ChildEmitter children(Emitter emitter) {
    return new ChildEmitter(emitter, incoming.envelope(), context);
  }
}
