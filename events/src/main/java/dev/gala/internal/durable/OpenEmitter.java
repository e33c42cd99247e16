package dev.gala.internal.durable;

import dev.gala.event.Emission;
import dev.gala.event.EmitOptions;
import dev.gala.event.EmitReceipt;
import dev.gala.event.Emitter;
import dev.gala.event.Envelope;
import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.event.Topic;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Emits in a transaction while that is open. An event is part of it, or refused: what comes too
 * late must not find itself in the next transaction of the same connection, or in none.
 */
final class OpenEmitter implements Emitter {
  private final Emitter emitter;
  private final String use;
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private boolean ended;

  /**
   * Emits on {@code emitter}.
   *
   * @param use who emits, for messages
   */
  OpenEmitter(Emitter emitter, String use) {
    this.emitter = emitter;
    this.use = use;
  }

  /** From now on nothing is emitted; waits for what is being emitted. */
  void end() {
    lock.writeLock().lock();
    try {
      ended = true;
    } finally {
      lock.writeLock().unlock();
    }
  }

  @Override
  public List<EmitReceipt> emitAll(List<? extends Emission<?>> emissions) {
    return whileOpen(() -> emitter.emitAll(emissions));
  }

  @Override
  public EmitReceipt emitEnvelope(Envelope envelope) {
    return whileOpen(() -> emitter.emitEnvelope(envelope));
  }

  @Override
  public <T> CompletableFuture<EmitReceipt> emitAsync(
      Topic<T> topic, @Nullable T payload, EmitOptions options) {
    try {
      return whileOpen(() -> emitter.emitAsync(topic, payload, options));
    } catch (GalaException tooLate) {
      return CompletableFuture.failedFuture(tooLate);
    }
  }

  /** Does what is to happen in the transaction, or refuses it. */
  <R> R whileOpen(Supplier<R> emit) {
    lock.readLock().lock();
    try {
      if (ended) {
        throw new GalaException(
            GalaError.DISPATCH_FAILED,
            "the handler of "
                + use
                + " has ended, and its transaction with it: nothing was stored. Emit within the"
                + " call, and wait there for what you have others emit");
      }
      return emit.get();
    } finally {
      lock.readLock().unlock();
    }
  }
}
