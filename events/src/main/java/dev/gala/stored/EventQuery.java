package dev.gala.stored;

import dev.gala.river.job.JobCursor;
import dev.gala.river.job.JobState;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which stored events to list: those that pass every filter, the newest first unless {@link
 * #oldestFirst}. What is not given lets all pass.
 *
 * @param topic of this topic; null for all
 * @param listener that this listener is known of; null for all
 * @param listenerStates where that listener, or any if none is given, stands so; empty for all
 * @param states whose job is in one of these states; empty for all
 * @param since stored then or later; null for all
 * @param until stored before that; null for all
 * @param kinds carried by jobs of these kinds: those of {@link dev.gala.event.Namespace
 *     namespaces}. If empty, of any kind where a topic is given, else of those the runtime is
 *     configured with
 * @param oldestFirst the order
 * @param after go on after this place of an earlier page; null means at the beginning
 * @param limit at most so many: 1 to {@value #MAX_LIMIT}
 */
public record EventQuery(
    @Nullable String topic,
    @Nullable String listener,
    Set<ListenerState> listenerStates,
    Set<JobState> states,
    @Nullable Instant since,
    @Nullable Instant until,
    List<String> kinds,
    boolean oldestFirst,
    @Nullable JobCursor after,
    int limit) {
  /** As many as are listed if nothing is said. */
  public static final int DEFAULT_LIMIT = 100;

  /** The most listed at once. */
  public static final int MAX_LIMIT = 1_000;

  /**
   * Copies the collections.
   *
   * @throws IllegalArgumentException if it cannot be meant so
   */
  public EventQuery {
    listenerStates = Set.copyOf(listenerStates);
    states = Set.copyOf(states);
    kinds = List.copyOf(kinds);
    Checks.name("topic", topic);
    Checks.name("listener", listener);
    Checks.window(since, until);
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException("the limit is " + limit + ": give 1 to " + MAX_LIMIT);
    }
  }

  /** A builder with nothing given: the newest 100 events. */
  public static Builder builder() {
    return new Builder();
  }

  /** The same list, begun after another place; null means at the beginning. */
  public EventQuery after(@Nullable JobCursor place) {
    return new EventQuery(
        topic, listener, listenerStates, states, since, until, kinds, oldestFirst, place, limit);
  }

  /** Collects filters. Not safe for use by many threads. */
  public static final class Builder {
    private @Nullable String topic;
    private @Nullable String listener;
    private Set<ListenerState> listenerStates = Set.of();
    private Set<JobState> states = Set.of();
    private @Nullable Instant since;
    private @Nullable Instant until;
    private List<String> kinds = List.of();
    private boolean oldestFirst;
    private @Nullable JobCursor after;
    private int limit = DEFAULT_LIMIT;

    private Builder() {}

    /** Only events of this topic; null for all. */
    public Builder topic(@Nullable String topic) {
      this.topic = topic;
      return this;
    }

    /** Only events that this listener is known of; null for all. */
    public Builder listener(@Nullable String listener) {
      this.listener = listener;
      return this;
    }

    /** Only events where the listener, or any if none is given, stands so. */
    public Builder listenerStates(Set<ListenerState> listenerStates) {
      this.listenerStates = Objects.requireNonNull(listenerStates, "listenerStates");
      return this;
    }

    /** Only events whose job is in one of these states. */
    public Builder states(Set<JobState> states) {
      this.states = Objects.requireNonNull(states, "states");
      return this;
    }

    /** Only events stored then or later; null for all. */
    public Builder since(@Nullable Instant since) {
      this.since = since;
      return this;
    }

    /** Only events stored before that; null for all. */
    public Builder until(@Nullable Instant until) {
      this.until = until;
      return this;
    }

    /** Only events carried by jobs of these kinds. */
    public Builder kinds(List<String> kinds) {
      this.kinds = Objects.requireNonNull(kinds, "kinds");
      return this;
    }

    /** Whether the oldest come first. */
    public Builder oldestFirst(boolean oldestFirst) {
      this.oldestFirst = oldestFirst;
      return this;
    }

    /** Go on after this place of an earlier page; null means at the beginning. */
    public Builder after(@Nullable JobCursor after) {
      this.after = after;
      return this;
    }

    /** At most so many: 1 to {@value EventQuery#MAX_LIMIT}. */
    public Builder limit(int limit) {
      this.limit = limit;
      return this;
    }

    /**
     * The query.
     *
     * @throws IllegalArgumentException if it cannot be meant so, naming the value and the remedy
     */
    public EventQuery build() {
      return new EventQuery(
          topic, listener, listenerStates, states, since, until, kinds, oldestFirst, after, limit);
    }
  }
}
