package dev.gala.event;

import java.util.Objects;

/**
 * Identifies one attachment of a listener in this process: a ULID. What is stored is the listener's
 * name.
 *
 * @param value the ULID's text
 */
public record ListenerId(String value) {
  /** Refuses null. */
  public ListenerId {
    Objects.requireNonNull(value, "value");
  }

  /** A new one. */
  public static ListenerId random() {
    return new ListenerId(EventId.ulid());
  }

  /** The text. */
  @Override
  public String toString() {
    return value;
  }
}
