package dev.gala.stored;

import dev.gala.event.EventId;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which events to have handled again, and by which of their listeners. By their ids, or by topic
 * and time: then those that ended without success. Of each event those listeners run again that
 * failed, or were missing, or never had their turn; others only where that is said.
 *
 * <p>No event is redriven twice by one redrive. Where that takes several calls, since each has a
 * limit or one was broken off, all are given the time at which the first began: with {@code begun}
 * the same call again goes on, whatever became of the events meanwhile.
 *
 * @param ids these events; if none, those that pass the filters
 * @param topic of this topic; null for all
 * @param listener only this listener; null for all of an event
 * @param since stored then or later; null for all
 * @param until stored before that; null for all
 * @param kinds carried by jobs of these kinds: as in {@link EventQuery}
 * @param withCancelled whether listeners that gave an event up run again too
 * @param withDone whether listeners that handled an event run again too
 * @param limit at most so many events
 * @param begun what was redriven then or later is left as it is; null means from now on
 */
public record Redrive(
    List<EventId> ids,
    @Nullable String topic,
    @Nullable String listener,
    @Nullable Instant since,
    @Nullable Instant until,
    List<String> kinds,
    boolean withCancelled,
    boolean withDone,
    long limit,
    @Nullable Instant begun) {
  /**
   * Copies the lists.
   *
   * @throws IllegalArgumentException if it cannot be meant so, naming the value and the remedy
   */
  public Redrive {
    ids = ids.stream().distinct().toList();
    kinds = List.copyOf(kinds);
    Checks.name("topic", topic);
    Checks.name("listener", listener);
    Checks.window(since, until);
    if (limit < 1) {
      throw new IllegalArgumentException("the limit is " + limit + ": give 1 or more");
    }
    boolean filtered = topic != null || since != null || until != null || !kinds.isEmpty();
    if (!ids.isEmpty() && filtered) {
      throw new IllegalArgumentException(
          "ids and filters are given: say which events by one or the other");
    }
    if (ids.isEmpty() && !filtered) {
      throw new IllegalArgumentException(
          listener == null
              ? "nothing says which events to redrive: give ids, a topic, or a time"
              : "nothing says which events listener \""
                  + listener
                  + "\" is to handle again: give ids, a topic, or a time");
    }
  }

  /** These events. */
  public static Builder of(EventId... ids) {
    return builder().ids(List.of(ids));
  }

  /** A builder with nothing given. */
  public static Builder builder() {
    return new Builder();
  }

  /** This, begun then if it does not say when. */
  Redrive begunAt(Instant now) {
    return begun != null
        ? this
        : new Redrive(
            ids, topic, listener, since, until, kinds, withCancelled, withDone, limit, now);
  }

  /** How listeners stand that are to run again. */
  Set<ListenerState> again() {
    Set<ListenerState> again =
        EnumSet.of(ListenerState.FAILED, ListenerState.MISSING, ListenerState.NOT_RUN);
    if (withCancelled) {
      again.add(ListenerState.CANCELLED);
    }
    if (withDone) {
      again.add(ListenerState.DONE);
    }
    return again;
  }

  /** Collects what is meant. Not safe for use by many threads. */
  public static final class Builder {
    private List<EventId> ids = List.of();
    private @Nullable String topic;
    private @Nullable String listener;
    private @Nullable Instant since;
    private @Nullable Instant until;
    private List<String> kinds = List.of();
    private boolean withCancelled;
    private boolean withDone;
    private long limit = Long.MAX_VALUE;
    private @Nullable Instant begun;

    private Builder() {}

    /** These events. */
    public Builder ids(List<EventId> ids) {
      this.ids = Objects.requireNonNull(ids, "ids");
      return this;
    }

    /** Events of this topic; null for all. */
    public Builder topic(@Nullable String topic) {
      this.topic = topic;
      return this;
    }

    /** Only this listener; null for all. */
    public Builder listener(@Nullable String listener) {
      this.listener = listener;
      return this;
    }

    /** Events stored then or later; null for all. */
    public Builder since(@Nullable Instant since) {
      this.since = since;
      return this;
    }

    /** Events stored before that; null for all. */
    public Builder until(@Nullable Instant until) {
      this.until = until;
      return this;
    }

    /** Events carried by jobs of these kinds. */
    public Builder kinds(List<String> kinds) {
      this.kinds = Objects.requireNonNull(kinds, "kinds");
      return this;
    }

    /** Whether listeners that gave an event up run again too. */
    public Builder withCancelled(boolean withCancelled) {
      this.withCancelled = withCancelled;
      return this;
    }

    /** Whether listeners that handled an event run again too. */
    public Builder withDone(boolean withDone) {
      this.withDone = withDone;
      return this;
    }

    /** At most so many events: 1 or more. For the next so many {@link #begun} is needed. */
    public Builder limit(long limit) {
      this.limit = limit;
      return this;
    }

    /**
     * When the redrive began that this goes on with: what was redriven then or later is left as it
     * is. Null, the default, means that this begins one. Give a time, and the same again does the
     * rest, however often that takes: as after a failure, or with a {@link #limit}.
     */
    public Builder begun(@Nullable Instant begun) {
      this.begun = begun;
      return this;
    }

    /**
     * What is meant.
     *
     * @throws IllegalArgumentException if it cannot be meant so, naming the value and the remedy
     */
    public Redrive build() {
      return new Redrive(
          ids, topic, listener, since, until, kinds, withCancelled, withDone, limit, begun);
    }
  }
}
