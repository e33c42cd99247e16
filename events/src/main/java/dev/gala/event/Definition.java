package dev.gala.event;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One listener: which topic it listens to, its name, and what it does.
 *
 * @param topic the topic
 * @param name stable and unique within the topic: what succeeded is recorded by it; without {@code
 *     #}, which separates a name from an id in later Go releases
 * @param operations the operations it takes; empty means all
 * @param handler what it does
 * @param timeout how long it may take; null means the runtime's setting, zero no limit
 * @param cancelWhen failures that end this listener's work on the event at once, without a retry;
 *     not asked about an {@link Error}, nor about what a handler throws when it was told to end: a
 *     timeout is always a failure
 * @param onExhausted told when the last attempt has failed; null for nobody
 * @param <T> the payload's type
 */
public record Definition<T>(
    Topic<T> topic,
    String name,
    List<String> operations,
    OutcomeHandler<T> handler,
    @Nullable Duration timeout,
    Predicate<Throwable> cancelWhen,
    @Nullable ExhaustedHandler<T> onExhausted) {

  /** Trims the operations and drops blank ones; refuses a name that is not usable. */
  public Definition {
    Objects.requireNonNull(topic, "topic");
    Objects.requireNonNull(name, "name");
    if (handler == null) {
      throw new GalaException(
          GalaError.LISTENER_HANDLER_REQUIRED,
          "listener \"" + name + "\" of topic " + topic.name() + " has none: give it a handler");
    }
    Objects.requireNonNull(cancelWhen, "cancelWhen");
    if (!isUsable(name)) {
      throw new GalaException(
          GalaError.LISTENER_NAME_REQUIRED,
          "\""
              + name
              + "\" cannot name a listener of topic "
              + topic.name()
              + ": give a stable name that is not blank, has no '#' and is text PostgreSQL can keep");
    }
    if (timeout != null && timeout.isNegative()) {
      throw new IllegalArgumentException(
          "timeout of listener \"" + name + "\" is " + timeout + ": give zero (no limit) or more");
    }
    operations = operations.stream().map(String::strip).filter(o -> !o.isEmpty()).toList();
  }

  /** A mark is kept under the name: it must come back as it was. */
  private static boolean isUsable(String name) {
    return !name.isBlank()
        && name.indexOf('#') < 0
        && name.indexOf('\0') < 0
        && StandardCharsets.UTF_8.newEncoder().canEncode(name);
  }

  /** A listener that handles by returning. */
  public static <T> Definition<T> of(Topic<T> topic, String name, Handler<T> handler) {
    return builder(topic, name).handler(handler).build();
  }

  /** A listener that says how it went. */
  public static <T> Definition<T> ofOutcome(
      Topic<T> topic, String name, OutcomeHandler<T> handler) {
    return builder(topic, name).outcomeHandler(handler).build();
  }

  /** A builder. */
  public static <T> Builder<T> builder(Topic<T> topic, String name) {
    return new Builder<>(topic, name);
  }

  /** Whether it takes events of {@code operation}, which may be empty. */
  public boolean takes(String operation) {
    return operations.isEmpty() || operations.contains(operation);
  }

  /**
   * Collects a definition. Not safe for use by many threads.
   *
   * @param <T> the payload's type
   */
  public static final class Builder<T> {
    private final Topic<T> topic;
    private final String name;
    private final List<String> operations = new ArrayList<>();
    private @Nullable OutcomeHandler<T> handler;
    private @Nullable Duration timeout;
    private Predicate<Throwable> cancelWhen = failure -> false;
    private @Nullable ExhaustedHandler<T> onExhausted;

    private Builder(Topic<T> topic, String name) {
      this.topic = Objects.requireNonNull(topic, "topic");
      this.name = Objects.requireNonNull(name, "name");
    }

    /** Takes these operations only; none means all. */
    public Builder<T> operations(String... operations) {
      this.operations.addAll(List.of(operations));
      return this;
    }

    /** Does this; to return is to have handled the event. */
    public Builder<T> handler(Handler<T> handler) {
      Objects.requireNonNull(handler, "handler");
      this.handler =
          (event, context) -> {
            handler.handle(event, context);
            return Outcome.done();
          };
      return this;
    }

    /** Does this, and says how it went. */
    public Builder<T> outcomeHandler(OutcomeHandler<T> handler) {
      this.handler = Objects.requireNonNull(handler, "handler");
      return this;
    }

    /** How long it may take; zero means no limit. */
    public Builder<T> timeout(Duration timeout) {
      this.timeout = Objects.requireNonNull(timeout, "timeout");
      return this;
    }

    /** Failures that end this listener's work on the event at once; not a timeout. */
    public Builder<T> cancelWhen(Predicate<Throwable> cancelWhen) {
      this.cancelWhen = Objects.requireNonNull(cancelWhen, "cancelWhen");
      return this;
    }

    /** Told when the last attempt has failed. */
    public Builder<T> onExhausted(ExhaustedHandler<T> onExhausted) {
      this.onExhausted = Objects.requireNonNull(onExhausted, "onExhausted");
      return this;
    }

    /**
     * The definition.
     *
     * @throws GalaException with {@link GalaError#LISTENER_HANDLER_REQUIRED} without a handler, or
     *     {@link GalaError#LISTENER_NAME_REQUIRED}
     */
    @SuppressWarnings("NullAway") // The record says which code a missing handler has.
    public Definition<T> build() {
      return new Definition<>(topic, name, operations, handler, timeout, cancelWhen, onExhausted);
    }
  }
}
