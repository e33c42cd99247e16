package dev.gala.event;

import java.util.Map;

/**
 * A context as stored with an event. Unmodifiable.
 *
 * @param values JSON texts by codec key
 * @param flags flags by name; only true ones mean anything
 * @param unknown fields of a later release, as JSON texts; written again as they are
 */
public record ContextSnapshot(
    Map<String, String> values, Map<String, Boolean> flags, Map<String, String> unknown) {
  private static final ContextSnapshot EMPTY = new ContextSnapshot(Map.of(), Map.of(), Map.of());

  /** Copies the maps. */
  public ContextSnapshot {
    values = Map.copyOf(values);
    flags = Map.copyOf(flags);
    unknown = Map.copyOf(unknown);
  }

  /** A snapshot of nothing. */
  public static ContextSnapshot empty() {
    return EMPTY;
  }

  /** A snapshot of these. */
  public static ContextSnapshot of(Map<String, String> values, Map<String, Boolean> flags) {
    return new ContextSnapshot(values, flags, Map.of());
  }

  /** Whether it holds nothing. */
  public boolean isEmpty() {
    return values.isEmpty() && flags.isEmpty() && unknown.isEmpty();
  }
}
