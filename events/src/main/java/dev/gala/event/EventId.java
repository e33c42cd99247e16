package dev.gala.event;

import com.github.f4b6a3.ulid.UlidFactory;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Identifies an event. New ones are ULIDs: 26 characters that sort by time of creation, to the
 * millisecond. Any other text is accepted, since emitters may choose their own.
 *
 * @param value the text as stored
 */
public record EventId(String value) {
  /**
   * Random bits without a lock: the thread's generator, mixed with a secret of this process so that
   * two processes whose generators started alike still differ.
   */
  private static final UlidFactory ULIDS = ulids(new SecureRandom().nextLong());

  /** Refuses null. */
  public EventId {
    Objects.requireNonNull(value, "value");
  }

  /** A new one. */
  public static EventId random() {
    return new EventId(ulid());
  }

  /**
   * The emitter's own.
   *
   * @throws IllegalArgumentException if it is blank
   */
  public static EventId of(String value) {
    if (value.isBlank()) {
      throw new IllegalArgumentException("event id is blank: give one, or none for a new ULID");
    }
    return new EventId(value);
  }

  static String ulid() {
    return ULIDS.create().toString();
  }

  private static UlidFactory ulids(long secret) {
    return UlidFactory.newInstance(() -> ThreadLocalRandom.current().nextLong() ^ secret);
  }

  /** The text. */
  @Override
  public String toString() {
    return value;
  }
}
