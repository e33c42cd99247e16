package dev.gala.test;

import dev.gala.event.EventId;
import dev.gala.event.HandlerContext;
import dev.gala.event.Headers;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Events of one topic that are stored. Each {@code with…} narrows them to those that have
 * something, and asserts that there is one at least; an error shows all that there are. Immutable.
 *
 * @param <T> the payload's type
 */
public final class EmittedEvents<T> {
  private static final int MOST_SHOWN = 20;

  private final String wanted;
  private final List<EmittedEvent<T>> ofTopic;
  private final List<EmittedEvent<T>> left;

  /**
   * Events.
   *
   * @param wanted what is left, in words
   * @param ofTopic all, for messages
   */
  EmittedEvents(String wanted, List<EmittedEvent<T>> ofTopic, List<EmittedEvent<T>> left) {
    this.wanted = wanted;
    this.ofTopic = List.copyOf(ofTopic);
    this.left = List.copyOf(left);
  }

  /** They, in the order they were stored. */
  public List<EmittedEvent<T>> all() {
    return left;
  }

  /** Their payloads, in the order they were stored. */
  public List<T> payloads() {
    return left.stream().map(EmittedEvent::payload).toList();
  }

  /** Those with a payload equal to {@code payload}. */
  public EmittedEvents<T> withPayload(T payload) {
    return with("payload " + payload, event -> Objects.equals(event.payload(), payload));
  }

  /**
   * Those whose payload is as described.
   *
   * @param description for messages, for instance {@code more than a hundred cents}
   */
  public EmittedEvents<T> withPayload(String description, Predicate<? super T> condition) {
    return with("a payload with " + description, event -> condition.test(event.payload()));
  }

  /**
   * Those whose headers are as described.
   *
   * @param description for messages, for instance {@code five attempts}
   */
  public EmittedEvents<T> withHeader(String description, Predicate<? super Headers> condition) {
    return with(description, event -> condition.test(event.headers()));
  }

  /** Those with this property in their headers. */
  public EmittedEvents<T> withProperty(String name, String value) {
    return with(
        "property " + name + " = " + value,
        event -> value.equals(event.headers().properties().get(name)));
  }

  /** Those with this tag. */
  public EmittedEvents<T> withTag(String tag) {
    return with("tag " + tag, event -> event.headers().tags().contains(tag));
  }

  /** Those that wait, or waited, in this queue. */
  public EmittedEvents<T> inQueue(String queue) {
    return with("queue " + queue, event -> event.job().queue().equals(queue));
  }

  /** Those that a listener emitted while it handled this event. */
  public EmittedEvents<T> causedBy(EventId cause) {
    return withProperty(HandlerContext.CAUSATION_ID, cause.value());
  }

  /**
   * Asserts how many there are.
   *
   * @return this
   */
  public EmittedEvents<T> hasCount(int count) {
    if (left.size() != count) {
      throw unlike("expected " + count + " times " + wanted + ", but found " + left.size());
    }
    return this;
  }

  /** Asserts that there is none. */
  public void hasNone() {
    hasCount(0);
  }

  /**
   * Asserts that none has such a payload.
   *
   * @param description for messages
   */
  public void hasNone(String description, Predicate<? super T> condition) {
    if (left.stream().anyMatch(event -> condition.test(event.payload()))) {
      throw unlike("expected never " + wanted + " and a payload with " + description);
    }
  }

  /** Asserts that there is one, and returns it. */
  public EmittedEvent<T> single() {
    return hasCount(1).left.getFirst();
  }

  private EmittedEvents<T> with(String what, Predicate<EmittedEvent<T>> condition) {
    String also = wanted + (wanted.contains(" with ") ? " and " : " with ") + what;
    List<EmittedEvent<T>> narrowed = left.stream().filter(condition).toList();
    var result = new EmittedEvents<>(also, ofTopic, narrowed);
    if (narrowed.isEmpty()) {
      throw result.unlike("expected " + also + ", but there is none");
    }
    return result;
  }

  private AssertionError unlike(String message) {
    return new AssertionError(message + shown(ofTopic));
  }

  private static @Nullable String shown(List<? extends EmittedEvent<?>> events) {
    if (events.isEmpty()) {
      return "; the topic has no events at all";
    }
    String lines =
        events.stream()
            .limit(MOST_SHOWN)
            .map(event -> "\n  " + event)
            .collect(Collectors.joining());
    int more = events.size() - MOST_SHOWN;
    return "; the topic has " + events.size() + ":" + lines + (more > 0 ? "\n  and " + more : "");
  }
}
