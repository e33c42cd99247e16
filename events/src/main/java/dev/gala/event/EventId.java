package dev.gala.event;

import com.github.f4b6a3.ulid.Ulid;
import com.github.f4b6a3.ulid.UlidFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
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

  /** The last millisecond a ULID can tell. */
  private static final long LATEST = (1L << 48) - 1;

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

  /**
   * One that follows from others: the same texts at the same time give the same id.
   *
   * @param time what the id sorts by, to the millisecond
   */
  public static EventId derived(Instant time, String... texts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String text : texts) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        // With their lengths, so that "a", "bc" and "ab", "c" are not the same.
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        digest.update(bytes);
      }
      byte[] random = Arrays.copyOf(digest.digest(), Ulid.RANDOM_BYTES);
      return new EventId(new Ulid(Math.clamp(time.toEpochMilli(), 0, LATEST), random).toString());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
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
