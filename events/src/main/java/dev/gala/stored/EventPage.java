package dev.gala.stored;

import dev.gala.river.job.JobCursor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of stored events.
 *
 * @param events in their order; may be fewer than asked for, and none, where many had to be looked
 *     at
 * @param next where to go on; null if there are no more
 */
public record EventPage(List<StoredEvent> events, @Nullable JobCursor next) {
  /** Copies the list. */
  public EventPage {
    events = List.copyOf(events);
  }
}
