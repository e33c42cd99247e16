package dev.gala.event;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What became of an emit that did not fail.
 *
 * @param eventId the event's id; of a duplicate, the id it would have had
 * @param duplicate whether an event of the same unique key is stored already, and this one is not
 * @param jobId the job that holds the event, or, of a duplicate, its unique key; null where events
 *     are not stored
 */
public record EmitReceipt(EventId eventId, boolean duplicate, @Nullable Long jobId) {
  /** Refuses null for the id. */
  public EmitReceipt {
    Objects.requireNonNull(eventId, "eventId");
  }
}
