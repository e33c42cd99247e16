package dev.gala.event;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Emits events: the runtime, the runtime in a caller's transaction, and the context of a handler.
 * Safe for use by many threads, as far as a connection it is bound to is.
 *
 * <p>To return normally is to have stored the event, as durably as {@link
 * EmitOptions.Builder#durability} says, or, on a caller's connection, to have made it part of that
 * transaction. Whatever fails is a {@link GalaException}; nothing is lost silently. Where the
 * outcome is unknown, and so the message says, the event may be emitted again without being there
 * twice if it has a unique key that holds once: {@link Headers#uniqueKey()}, {@link
 * Headers#uniqueOnce()}. An event id is not looked at.
 */
public interface Emitter {
  /**
   * Emits all or none. In a caller's transaction what was done before stands, unless the database
   * itself refused, which ends the transaction.
   *
   * @return one receipt for each, in their order
   * @throws GalaException if one of them cannot be emitted: then none was, unless the message says
   *     that the outcome is unknown
   */
  List<EmitReceipt> emitAll(List<? extends Emission<?>> emissions);

  /**
   * Emits an envelope made elsewhere, as it is. Its topic must be registered; a context is captured
   * only if it carries none.
   *
   * @throws GalaException with {@link GalaError#TOPIC_NOT_REGISTERED}, or if it cannot be emitted
   */
  EmitReceipt emitEnvelope(Envelope envelope);

  /**
   * Emits one event.
   *
   * @throws GalaException if it cannot be emitted
   */
  default <T> EmitReceipt emit(Topic<T> topic, T payload) {
    return emit(topic, payload, EmitOptions.none());
  }

  /**
   * Emits one event.
   *
   * @param payload null only if the options hold an encoded one
   * @throws GalaException if it cannot be emitted
   */
  default <T> EmitReceipt emit(Topic<T> topic, @Nullable T payload, EmitOptions options) {
    return emitAll(List.of(new Emission<>(topic, payload, options))).getFirst();
  }

  /**
   * Emits one event; the future completes when it is stored, or fails with a {@link GalaException}.
   * The payload and the context are taken before this returns. Unless an emitter can do otherwise,
   * all is done before this returns.
   */
  default <T> CompletableFuture<EmitReceipt> emitAsync(Topic<T> topic, T payload) {
    return emitAsync(topic, payload, EmitOptions.none());
  }

  /**
   * Emits one event; the future completes when it is stored, or fails with a {@link GalaException}.
   * The payload and the context are taken before this returns. Unless an emitter can do otherwise,
   * all is done before this returns.
   *
   * @param payload null only if the options hold an encoded one
   */
  default <T> CompletableFuture<EmitReceipt> emitAsync(
      Topic<T> topic, @Nullable T payload, EmitOptions options) {
    return switch (tryEmit(topic, payload, options)) {
      case EmitResult.Accepted accepted -> CompletableFuture.completedFuture(accepted.receipt());
      case EmitResult.Failed failed -> CompletableFuture.failedFuture(failed.failure());
    };
  }

  /** Emits one event and returns what became of it, failures included. */
  default <T> EmitResult tryEmit(Topic<T> topic, T payload) {
    return tryEmit(topic, payload, EmitOptions.none());
  }

  /**
   * Emits one event and returns what became of it, failures included.
   *
   * @param payload null only if the options hold an encoded one
   */
  default <T> EmitResult tryEmit(Topic<T> topic, @Nullable T payload, EmitOptions options) {
    try {
      return new EmitResult.Accepted(emit(topic, payload, options));
    } catch (GalaException failure) {
      return new EmitResult.Failed(failure);
    }
  }
}
