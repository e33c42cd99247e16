package dev.gala.internal.dispatch;

import dev.gala.event.Emission;
import dev.gala.event.EmitOptions;
import dev.gala.event.EmitReceipt;
import dev.gala.event.Emitter;
import dev.gala.event.Envelope;
import dev.gala.event.EventContext;
import dev.gala.event.HandlerContext;
import dev.gala.event.Headers;
import dev.gala.event.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Emits children of an event: with its ids as properties, unless the emitter gave some, and with
 * its context, where the thread has none bound.
 */
final class ChildEmitter implements Emitter {
  private final Emitter emitter;
  private final EventContext context;
  private final String correlation;
  private final String causation;

  ChildEmitter(Emitter emitter, Envelope parent, EventContext context) {
    this.emitter = emitter;
    this.context = context;
    this.causation = parent.id().value();
    this.correlation =
        parent.headers().properties().getOrDefault(HandlerContext.CORRELATION_ID, causation);
  }

  @Override
  public List<EmitReceipt> emitAll(List<? extends Emission<?>> emissions) {
    List<Emission<?>> children = new ArrayList<>(emissions.size());
    for (Emission<?> emission : emissions) {
      children.add(emission.withOptions(child(emission.options())));
    }
    return inContext(() -> emitter.emitAll(children));
  }

  @Override
  public EmitReceipt emitEnvelope(Envelope envelope) {
    return inContext(() -> emitter.emitEnvelope(envelope.withHeaders(child(envelope.headers()))));
  }

  @Override
  public <T> CompletableFuture<EmitReceipt> emitAsync(
      Topic<T> topic, @Nullable T payload, EmitOptions options) {
    return inContext(() -> emitter.emitAsync(topic, payload, child(options)));
  }

  private EmitOptions child(EmitOptions options) {
    return options.toBuilder().headers(child(options.headers())).build();
  }

  private Headers child(Headers headers) {
    return headers.toBuilder()
        .propertyIfAbsent(HandlerContext.CORRELATION_ID, correlation)
        .propertyIfAbsent(HandlerContext.CAUSATION_ID, causation)
        .build();
  }

  private <R> R inContext(Supplier<R> emit) {
    if (EventContext.bound() != null) {
      return emit.get();
    }
    try (EventContext.Scope scope = context.makeCurrent()) {
      return emit.get();
    }
  }
}
