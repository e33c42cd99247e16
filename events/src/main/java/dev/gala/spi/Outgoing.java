package dev.gala.spi;

import dev.gala.event.Envelope;
import java.util.Objects;

/**
 * An event on its way out: the envelope, and what concerns the transport alone.
 *
 * @param envelope the event
 * @param priority 1 (first) to 4; 0 means 1
 */
public record Outgoing(Envelope envelope, int priority) {
  /** Refuses null. */
  public Outgoing {
    Objects.requireNonNull(envelope, "envelope");
  }

  /** An event of ordinary priority. */
  public static Outgoing of(Envelope envelope) {
    return new Outgoing(envelope, 0);
  }
}
