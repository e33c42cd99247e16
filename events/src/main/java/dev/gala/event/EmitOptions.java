package dev.gala.event;

import dev.gala.river.job.Durability;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How an event is emitted. Immutable. What is given here goes before what the headers say. */
public final class EmitOptions {
  private static final EmitOptions NONE = builder().build();

  private final Headers headers;
  private final @Nullable String queue;
  private final int priority;
  private final @Nullable Duration delay;
  private final @Nullable Instant scheduledAt;
  private final int maxAttempts;
  private final @Nullable EventId eventId;
  private final byte @Nullable [] rawPayload;
  private final Durability durability;

  private EmitOptions(Builder builder) {
    headers = builder.headers;
    queue = builder.queue;
    priority = builder.priority;
    delay = builder.delay;
    scheduledAt = builder.scheduledAt;
    maxAttempts = builder.maxAttempts;
    eventId = builder.eventId;
    rawPayload = builder.rawPayload;
    durability = builder.durability;
  }

  /** Nothing given. */
  public static EmitOptions none() {
    return NONE;
  }

  /** These headers. */
  public static EmitOptions of(Headers headers) {
    return builder().headers(headers).build();
  }

  /** A builder with nothing given. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder with what is given here. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.headers = headers;
    builder.queue = queue;
    builder.priority = priority;
    builder.delay = delay;
    builder.scheduledAt = scheduledAt;
    builder.maxAttempts = maxAttempts;
    builder.eventId = eventId;
    builder.rawPayload = rawPayload;
    builder.durability = durability;
    return builder;
  }

  /** The headers as given, without the other options. */
  public Headers headers() {
    return headers;
  }

  /**
   * The headers with queue, attempts and time from these options.
   *
   * @param now what a delay counts from
   */
  public Headers headers(Instant now) {
    if (queue == null && maxAttempts == 0 && delay == null && scheduledAt == null) {
      return headers;
    }
    Headers.Builder builder = headers.toBuilder();
    if (queue != null) {
      builder.queue(queue);
    }
    if (maxAttempts != 0) {
      builder.maxAttempts(maxAttempts);
    }
    if (scheduledAt != null) {
      builder.scheduledAt(scheduledAt);
    } else if (delay != null) {
      builder.scheduledAt(now.plus(delay));
    }
    return builder.build();
  }

  /** The job's priority, 1 (first) to 4; 0 means 1. Not part of the envelope. */
  public int priority() {
    return priority;
  }

  /** The event's id; null means a new one. */
  public @Nullable EventId eventId() {
    return eventId;
  }

  /** The encoded payload, taken instead of the payload; null if not given. A copy. */
  public byte @Nullable [] rawPayload() {
    return rawPayload == null ? null : rawPayload.clone();
  }

  /** Whether the encoded payload is given. */
  public boolean hasRawPayload() {
    return rawPayload != null;
  }

  /** What the event survives once the emit has returned. Not part of the envelope. */
  public Durability durability() {
    return durability;
  }

  /** Collects options. Not safe for use by many threads. */
  public static final class Builder {
    private Headers headers = Headers.none();
    private @Nullable String queue;
    private int priority;
    private @Nullable Duration delay;
    private @Nullable Instant scheduledAt;
    private int maxAttempts;
    private @Nullable EventId eventId;
    private byte @Nullable [] rawPayload;
    private Durability durability = Durability.FULL;

    private Builder() {}

    /** The headers; replaces those given before. */
    public Builder headers(Headers headers) {
      this.headers = Objects.requireNonNull(headers, "headers");
      return this;
    }

    /** The queue to go to. */
    public Builder queue(@Nullable String queue) {
      this.queue = queue;
      return this;
    }

    /**
     * The job's priority, 1 (first) to 4; 0 means 1.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    public Builder priority(int priority) {
      if (priority < 0 || priority > 4) {
        throw new IllegalArgumentException(
            "priority is " + priority + ": give 1 (first) to 4, or 0 for 1");
      }
      this.priority = priority;
      return this;
    }

    /** Not to be handled before this much later; instead of a time. */
    public Builder delay(Duration delay) {
      this.delay = Objects.requireNonNull(delay, "delay");
      this.scheduledAt = null;
      return this;
    }

    /** Not to be handled before this; instead of a delay. */
    public Builder scheduledAt(Instant scheduledAt) {
      this.scheduledAt = Objects.requireNonNull(scheduledAt, "scheduledAt");
      this.delay = null;
      return this;
    }

    /**
     * How many attempts it may use; 0 means the runtime's setting.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Builder maxAttempts(int maxAttempts) {
      if (maxAttempts < 0) {
        throw new IllegalArgumentException(
            "maxAttempts is " + maxAttempts + ": give 1 or more, or 0 for the runtime's setting");
      }
      this.maxAttempts = maxAttempts;
      return this;
    }

    /** The event's id, instead of a new one. */
    public Builder eventId(@Nullable EventId eventId) {
      this.eventId = eventId;
      return this;
    }

    /** The payload as the topic's codec would encode it, taken as it is; copied. */
    public Builder rawPayload(byte[] rawPayload) {
      this.rawPayload = rawPayload.clone();
      return this;
    }

    /**
     * What the event survives once the emit has returned; {@link Durability#FULL} if not given.
     * With {@link Durability#RELAXED} the emit does not wait for the server's disk, and a crash of
     * the server may take the event away that was emitted in the moment before; the end of this
     * process does not. Of events emitted together all have the highest that one of them asks for.
     * On a caller's connection a relaxed one is refused, for the commit is the caller's; in memory
     * nothing survives anyway, and it means nothing.
     */
    public Builder durability(Durability durability) {
      this.durability = Objects.requireNonNull(durability, "durability");
      return this;
    }

    /** The options. */
    public EmitOptions build() {
      return new EmitOptions(this);
    }
  }
}
