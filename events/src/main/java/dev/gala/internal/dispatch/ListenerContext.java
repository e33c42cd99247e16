package dev.gala.internal.dispatch;

import dev.gala.event.Emission;
import dev.gala.event.EmitOptions;
import dev.gala.event.EmitReceipt;
import dev.gala.event.Envelope;
import dev.gala.event.EventContext;
import dev.gala.event.HandlerContext;
import dev.gala.event.Topic;
import dev.gala.river.job.AttemptError;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** What one listener is told of one delivery. */
final class ListenerContext implements HandlerContext {
  private final Delivery delivery;
  private final EventContext context;
  private final Duration timeout;
  private final InstantSource clock;
  private final ThreadFactory threads;
  private final ChildEmitter children;
  private volatile @Nullable Instant deadline;
  private volatile boolean cancelled;

  ListenerContext(
      Delivery delivery,
      EventContext context,
      Duration timeout,
      InstantSource clock,
      ThreadFactory threads) {
    this.delivery = delivery;
    this.context = context;
    this.timeout = timeout;
    this.clock = clock;
    this.deadline = delivery.deadline();
    this.threads = threads;
    this.children = new ChildEmitter(delivery.emitter(), delivery.envelope(), context);
  }

  /** The handler's time counts from now. */
  void begin() {
    if (timeout.isZero()) {
      return;
    }
    Instant own = clock.instant().plus(timeout);
    Instant attempts = delivery.deadline();
    deadline = attempts == null || own.isBefore(attempts) ? own : attempts;
  }

  /** From now on the handler should end. */
  void cancel() {
    cancelled = true;
  }

  /** Whether the whole attempt should end, rather than this handler alone. */
  boolean attemptCancelled() {
    return delivery.cancelled().getAsBoolean();
  }

  @Override
  public Envelope envelope() {
    return delivery.envelope();
  }

  @Override
  public EventContext eventContext() {
    return context;
  }

  @Override
  public int attempt() {
    return delivery.attempt();
  }

  @Override
  public int maxAttempts() {
    return delivery.maxAttempts();
  }

  @Override
  public List<AttemptError> previousErrors() {
    return delivery.previousErrors();
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
    return task -> threads.newThread(context.wrap(task)).start();
  }

  @Override
  public List<EmitReceipt> emitAll(List<? extends Emission<?>> emissions) {
    return children.emitAll(emissions);
  }

  @Override
  public EmitReceipt emitEnvelope(Envelope envelope) {
    return children.emitEnvelope(envelope);
  }

  @Override
  public <T> CompletableFuture<EmitReceipt> emitAsync(
      Topic<T> topic, @Nullable T payload, EmitOptions options) {
    return children.emitAsync(topic, payload, options);
  }
}
