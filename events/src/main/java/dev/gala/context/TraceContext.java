package dev.gala.context;

import dev.gala.event.ContextKey;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A position in a distributed trace, as W3C Trace Context writes it in its headers. Carried by
 * {@link TraceContextCodec}.
 *
 * @param traceparent version, trace id, parent id and flags, for instance {@code
 *     00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01}
 * @param tracestate what vendors add; empty for nothing
 */
public record TraceContext(String traceparent, String tracestate) {
  /** Where a context holds it. */
  public static final ContextKey<TraceContext> KEY =
      ContextKey.of("trace_context", TraceContext.class);

  /** By the recommendation: later versions may append fields, and ids of zeros are no ids. */
  private static final Pattern TRACEPARENT =
      Pattern.compile(
          "(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?");

  /**
   * Refuses what is no {@code traceparent}.
   *
   * @throws IllegalArgumentException naming it
   */
  public TraceContext {
    if (!isValid(traceparent)) {
      throw new IllegalArgumentException(
          "\""
              + traceparent
              + "\" is no traceparent: give 00-TRACEID-PARENTID-FLAGS, in lower-case hexadecimal");
    }
  }

  /** The position that these headers name; empty if {@code traceparent} is none. */
  public static Optional<TraceContext> of(String traceparent, String tracestate) {
    return isValid(traceparent)
        ? Optional.of(new TraceContext(traceparent, tracestate))
        : Optional.empty();
  }

  /** The trace's id: 32 hexadecimal digits. */
  public String traceId() {
    return traceparent.substring(3, 35);
  }

  /** The id of the span the event was emitted in: 16 hexadecimal digits. */
  public String parentId() {
    return traceparent.substring(36, 52);
  }

  /** Whether the caller may have recorded the trace. */
  public boolean sampled() {
    return (Integer.parseInt(traceparent, 53, 55, 16) & 1) == 1;
  }

  private static boolean isValid(String traceparent) {
    return TRACEPARENT.matcher(traceparent).matches()
        && (!traceparent.startsWith("00") || traceparent.length() == 55);
  }
}
