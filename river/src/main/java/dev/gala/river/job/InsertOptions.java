package dev.gala.river.job;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a job is inserted. What is not given (null, or 0) is taken from the options of its {@link
 * JobType}, else from the client's configuration, else from River's default; metadata, pending and
 * durability from the insert alone.
 *
 * @param maxAttempts how many attempts the job may use, more than 32,767 meaning these; 0 means the
 *     client's, River's default is 25
 * @param metadata a JSON object as text; null means {@code {}}
 * @param pending insert it parked, in state {@link JobState#PENDING}
 * @param priority 1 (first) to 4; 0 means 1
 * @param queue the queue; null means {@code default}
 * @param scheduledAt not to be worked before this; any time given, also one past, inserts the job
 *     as {@link JobState#SCHEDULED}
 * @param tags labels by River's rule: 3 to 255 word characters, with inner hyphens; null means not
 *     given, while an empty list means none
 * @param unique what makes the job unique, as a whole; null, or options that say nothing, means not
 *     given
 * @param durability what the insert survives once it has returned; not stored
 */
public record InsertOptions(
    int maxAttempts,
    @Nullable String metadata,
    boolean pending,
    int priority,
    @Nullable String queue,
    @Nullable Instant scheduledAt,
    @Nullable List<String> tags,
    @Nullable UniqueOptions unique,
    Durability durability) {

  private static final InsertOptions DEFAULTS = builder().build();

  /** Copies the tags; refuses a null durability. */
  public InsertOptions {
    Objects.requireNonNull(durability, "durability");
    tags = tags == null ? null : List.copyOf(tags);
  }

  /** Nothing given: the client's and River's defaults. */
  public static InsertOptions defaults() {
    return DEFAULTS;
  }

  /** A builder with nothing given. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects options. Not safe for use by many threads. */
  public static final class Builder {
    private int maxAttempts;
    private @Nullable String metadata;
    private boolean pending;
    private int priority;
    private @Nullable String queue;
    private @Nullable Instant scheduledAt;
    private @Nullable List<String> tags;
    private @Nullable UniqueOptions unique;
    private Durability durability = Durability.FULL;

    private Builder() {}

    /** How many attempts the job may use; 0 means not given. */
    public Builder maxAttempts(int maxAttempts) {
      this.maxAttempts = maxAttempts;
      return this;
    }

    /** The metadata, a JSON object as text. */
    public Builder metadata(@Nullable String metadata) {
      this.metadata = metadata;
      return this;
    }

    /** Whether to insert the job parked. */
    public Builder pending(boolean pending) {
      this.pending = pending;
      return this;
    }

    /** 1 (first) to 4; 0 means not given. */
    public Builder priority(int priority) {
      this.priority = priority;
      return this;
    }

    /** The queue; null means not given. */
    public Builder queue(@Nullable String queue) {
      this.queue = queue;
      return this;
    }

    /** Not to be worked before this; null means not given. */
    public Builder scheduledAt(@Nullable Instant scheduledAt) {
      this.scheduledAt = scheduledAt;
      return this;
    }

    /** The labels; replaces those given before. Null means not given, an empty list none. */
    public Builder tags(@Nullable List<String> tags) {
      this.tags = tags;
      return this;
    }

    /** What makes the job unique; null means not given. */
    public Builder unique(@Nullable UniqueOptions unique) {
      this.unique = unique;
      return this;
    }

    /** What the insert survives once it has returned; {@link Durability#FULL} if not given. */
    public Builder durability(Durability durability) {
      this.durability = Objects.requireNonNull(durability, "durability");
      return this;
    }

    /** The options as given. They are checked when a job is inserted with them. */
    public InsertOptions build() {
      return new InsertOptions(
          maxAttempts, metadata, pending, priority, queue, scheduledAt, tags, unique, durability);
    }
  }
}
