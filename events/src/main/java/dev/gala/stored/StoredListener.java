package dev.gala.stored;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A listener of a stored event. Where no mark was written of it, because its end is told by the
 * job's, attempt, time and duration are not known.
 *
 * @param name its name
 * @param state how it stands
 * @param attempt in which attempt it ended; null if that is not known, or it has not
 * @param at when; null likewise
 * @param took how long its handler took; null likewise
 * @param errors its failures, oldest first
 */
public record StoredListener(
    String name,
    ListenerState state,
    @Nullable Integer attempt,
    @Nullable Instant at,
    @Nullable Duration took,
    List<ListenerError> errors) {
  /** Copies the list. */
  public StoredListener {
    errors = List.copyOf(errors);
  }
}
