package dev.gala.spi;

import dev.gala.event.Envelope;
import dev.gala.river.job.Durability;
import java.util.Objects;

/**
 * An event on its way out: the envelope, and what concerns the transport alone.
 *
 * @param envelope the event
 * @param priority 1 (first) to 4; 0 means 1
 * @param durability what the event survives once it is taken on, where it is stored
 */
public record Outgoing(Envelope envelope, int priority, Durability durability) {
  /** Refuses null. */
  public Outgoing {
    Objects.requireNonNull(envelope, "envelope");
    Objects.requireNonNull(durability, "durability");
  }

  /** An event of ordinary priority and full durability. */
  public static Outgoing of(Envelope envelope) {
    return new Outgoing(envelope, 0, Durability.FULL);
  }
}
