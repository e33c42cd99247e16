package dev.gala.context;

import dev.gala.event.EventContext;
import dev.gala.river.json.JsonObjects;
import dev.gala.spi.ContextCodec;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Carries the position in a distributed trace under the key {@code trace_context}, as an object
 * with {@code traceparent} and {@code tracestate}. Which it is says the tracing library in use, or
 * else the context: an event emitted by a handler belongs to the trace of the event handled.
 */
public final class TraceContextCodec implements ContextCodec {
  private final Supplier<Optional<TraceContext>> tracing;

  private TraceContextCodec(Supplier<Optional<TraceContext>> tracing) {
    this.tracing = Objects.requireNonNull(tracing, "tracing");
  }

  /** Carries the {@link TraceContext} of the context. */
  public static TraceContextCodec ofContext() {
    return new TraceContextCodec(Optional::empty);
  }

  /**
   * Carries what the tracing library says, or the {@link TraceContext} of the context where it says
   * nothing.
   *
   * @param tracing the position of the emitting thread in its trace
   */
  public static TraceContextCodec of(Supplier<Optional<TraceContext>> tracing) {
    return new TraceContextCodec(tracing);
  }

  @Override
  public String key() {
    return "trace_context";
  }

  @Override
  public Optional<String> capture(EventContext context) {
    return tracing
        .get()
        .or(() -> Optional.ofNullable(context.get(TraceContext.KEY)))
        .map(
            trace ->
                new ObjectText()
                    .text("traceparent", trace.traceparent())
                    .text("tracestate", trace.tracestate())
                    .end());
  }

  /** A position that cannot be read is none: a trace must not stop an event. */
  @Override
  public EventContext restore(EventContext context, String json) {
    String traceparent = JsonObjects.textAt(json, "traceparent");
    String tracestate = JsonObjects.textAt(json, "tracestate");
    return TraceContext.of(
            Objects.requireNonNullElse(traceparent, ""), Objects.requireNonNullElse(tracestate, ""))
        .map(trace -> context.with(TraceContext.KEY, trace))
        .orElse(context);
  }
}
