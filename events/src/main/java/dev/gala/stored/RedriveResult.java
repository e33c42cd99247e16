package dev.gala.stored;

import dev.gala.event.EventId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of one event that was to be redriven.
 *
 * @param id the event
 * @param jobId the job that carries it; null if there is none
 * @param listeners those that run again, as far as they are known; empty if it is refused
 * @param refusal why it stays as it is; null if it was redriven
 */
public record RedriveResult(
    EventId id, @Nullable Long jobId, List<String> listeners, @Nullable Refusal refusal) {
  /** Copies the list. */
  public RedriveResult {
    listeners = List.copyOf(listeners);
  }
}
