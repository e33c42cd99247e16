package dev.gala.event;

import dev.gala.river.json.GoTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Operational data of an event. Unmodifiable. Empty texts count as not given.
 *
 * @param idempotencyKey for handlers: events of one key should take effect once
 * @param properties free texts by name, shown to people
 * @param tags labels, also of the River job
 * @param listeners names of the topic's listeners where the event was emitted
 * @param queue the queue to go to; null means the runtime's
 * @param maxAttempts how many attempts it may use; 0 means the runtime's setting
 * @param kind the job kind to go to (from later Go releases)
 * @param scheduledAt not to be handled before this; RFC 3339, as read, perhaps with an offset
 * @param uniqueKey events of one key and kind are stored once (from later Go releases)
 * @param skipUniqueKey whether the topic's own unique key is not to be derived (as before)
 * @param uniqueOnce whether a finished event holds its unique key still (as before)
 * @param metadata more for the job's metadata, as JSON text (as before)
 * @param unknown fields of a later release, as JSON texts; written again as they are
 */
public record Headers(
    @Nullable String idempotencyKey,
    Map<String, String> properties,
    List<String> tags,
    List<String> listeners,
    @Nullable String queue,
    int maxAttempts,
    @Nullable String kind,
    @Nullable String scheduledAt,
    @Nullable String uniqueKey,
    boolean skipUniqueKey,
    boolean uniqueOnce,
    @Nullable String metadata,
    Map<String, String> unknown) {

  private static final Headers NONE = builder().build();

  /** Copies the collections; empty texts become null. */
  public Headers {
    idempotencyKey = given(idempotencyKey);
    properties = Map.copyOf(properties);
    tags = List.copyOf(tags);
    listeners = List.copyOf(listeners);
    queue = given(queue);
    kind = given(kind);
    scheduledAt = given(scheduledAt);
    uniqueKey = given(uniqueKey);
    metadata = given(metadata);
    unknown = Map.copyOf(unknown);
  }

  /** Nothing given. */
  public static Headers none() {
    return NONE;
  }

  /**
   * Tags, and the property {@code input}.
   *
   * @param inputJson the input as JSON text; null for none
   */
  public static Headers of(List<String> tags, @Nullable String inputJson) {
    Builder builder = builder().tags(tags);
    return inputJson == null ? builder.build() : builder.property("input", inputJson).build();
  }

  /**
   * Tags, and the property {@code input}: what {@code toJson} makes of {@code input}, left out if
   * that throws.
   */
  public static <T> Headers of(List<String> tags, T input, Function<T, String> toJson) {
    String json;
    try {
      json = toJson.apply(input);
    } catch (RuntimeException cannotBeEncoded) {
      json = null; // The original's rule: an input is for people, and no reason not to emit.
    }
    return of(tags, json);
  }

  /** A builder with nothing given. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder with what is given here. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /**
   * {@link #scheduledAt} as a moment; null if not given.
   *
   * @throws java.time.DateTimeException if the text is not a time by RFC 3339
   */
  public @Nullable Instant scheduledTime() {
    return scheduledAt == null ? null : GoTime.parse(scheduledAt);
  }

  /** This with other listeners. */
  public Headers withListeners(List<String> names) {
    return new Headers(
        idempotencyKey,
        properties,
        tags,
        names,
        queue,
        maxAttempts,
        kind,
        scheduledAt,
        uniqueKey,
        skipUniqueKey,
        uniqueOnce,
        metadata,
        unknown);
  }

  private static @Nullable String given(@Nullable String text) {
    return text == null || text.isEmpty() ? null : text;
  }

  /** Collects headers. Not safe for use by many threads. */
  public static final class Builder {
    private @Nullable String idempotencyKey;
    private final Map<String, String> properties = new LinkedHashMap<>();
    private final List<String> tags = new ArrayList<>();
    private List<String> listeners = List.of();
    private @Nullable String queue;
    private int maxAttempts;
    private @Nullable String kind;
    private @Nullable String scheduledAt;
    private @Nullable String uniqueKey;
    private boolean skipUniqueKey;
    private boolean uniqueOnce;
    private @Nullable String metadata;
    private final Map<String, String> unknown = new LinkedHashMap<>();

    private Builder() {}

    private Builder(Headers headers) {
      idempotencyKey = headers.idempotencyKey;
      properties.putAll(headers.properties);
      tags.addAll(headers.tags);
      listeners = headers.listeners;
      queue = headers.queue;
      maxAttempts = headers.maxAttempts;
      kind = headers.kind;
      scheduledAt = headers.scheduledAt;
      uniqueKey = headers.uniqueKey;
      skipUniqueKey = headers.skipUniqueKey;
      uniqueOnce = headers.uniqueOnce;
      metadata = headers.metadata;
      unknown.putAll(headers.unknown);
    }

    /** For handlers: events of one key should take effect once. */
    public Builder idempotencyKey(@Nullable String idempotencyKey) {
      this.idempotencyKey = idempotencyKey;
      return this;
    }

    /** One property, instead of any of that name. */
    public Builder property(String name, String value) {
      properties.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
      return this;
    }

    /** One property, unless there is one of that name. */
    public Builder propertyIfAbsent(String name, String value) {
      properties.putIfAbsent(name, value);
      return this;
    }

    /** No property of that name. */
    public Builder withoutProperty(String name) {
      properties.remove(name);
      return this;
    }

    /** These properties, instead of any of their names. */
    public Builder properties(Map<String, String> properties) {
      this.properties.putAll(properties);
      return this;
    }

    /** These labels too; by River's rule, see {@link Tags#sanitize}. */
    public Builder tags(List<String> tags) {
      this.tags.addAll(tags);
      return this;
    }

    /** The listeners' names; replaces those given before. The runtime sets them itself. */
    public Builder listeners(List<String> listeners) {
      this.listeners = Objects.requireNonNull(listeners, "listeners");
      return this;
    }

    /** The queue to go to. */
    public Builder queue(@Nullable String queue) {
      this.queue = queue;
      return this;
    }

    /** How many attempts it may use; 0 means the runtime's setting. */
    public Builder maxAttempts(int maxAttempts) {
      this.maxAttempts = maxAttempts;
      return this;
    }

    /** The job kind to go to. */
    public Builder kind(@Nullable String kind) {
      this.kind = kind;
      return this;
    }

    /** Not to be handled before this. */
    public Builder scheduledAt(Instant scheduledAt) {
      return scheduledAtText(GoTime.format(scheduledAt));
    }

    /** Not to be handled before this; RFC 3339, kept as it is. */
    public Builder scheduledAtText(@Nullable String scheduledAt) {
      this.scheduledAt = scheduledAt;
      return this;
    }

    /** Events of one key and kind are stored once. */
    public Builder uniqueKey(@Nullable String uniqueKey) {
      this.uniqueKey = uniqueKey;
      return this;
    }

    /** Whether the topic's own unique key is not to be derived. */
    public Builder skipUniqueKey(boolean skipUniqueKey) {
      this.skipUniqueKey = skipUniqueKey;
      return this;
    }

    /**
     * Whether a finished event holds its unique key still: as long as it is stored, and in memory
     * until a hundred thousand other such keys have been used since.
     */
    public Builder uniqueOnce(boolean uniqueOnce) {
      this.uniqueOnce = uniqueOnce;
      return this;
    }

    /** More for the job's metadata, as JSON text. */
    public Builder metadata(@Nullable String metadata) {
      this.metadata = metadata;
      return this;
    }

    /** A field of a later release, as JSON text. */
    public Builder unknown(String name, String json) {
      unknown.put(name, json);
      return this;
    }

    /** The headers as given. */
    public Headers build() {
      return new Headers(
          idempotencyKey,
          properties,
          tags,
          listeners,
          queue,
          maxAttempts,
          kind,
          scheduledAt,
          uniqueKey,
          skipUniqueKey,
          uniqueOnce,
          metadata,
          unknown);
    }
  }
}
