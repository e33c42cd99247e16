package dev.gala.event;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One listener: which topic it listens to, its name, and what it does.
 *
 * @param topic the topic
 * @param name stable and unique within the topic: what succeeded is recorded by it; without {@code
 *     #}, which separates a name from an id in later Go releases
 * @param operations the operations it takes; empty means all
 * @param work what it does
 * @param timeout how long it may take; null means the runtime's setting, zero no limit
 * @param cancelWhen failures that end this listener's work on the event at once, without a retry;
 *     not asked about an {@link Error}, nor about what a handler throws when it was told to end: a
 *     timeout is always a failure
 * @param onExhausted told when the last attempt has failed; null for nobody
 * @param around what is done before the handler, in its time and on its thread
 * @param <T> the payload's type
 */
public record Definition<T>(
    Topic<T> topic,
    String name,
    List<String> operations,
    Work<T> work,
    @Nullable Duration timeout,
    Predicate<Throwable> cancelWhen,
    @Nullable ExhaustedHandler<T> onExhausted,
    Around<T> around) {

  /**
   * What a listener does.
   *
   * @param <T> the payload's type
   */
  public sealed interface Work<T> permits Plain, Transactional, Loop {}

  /**
   * It handles an event.
   *
   * @param handler how
   * @param <T> the payload's type
   */
  public record Plain<T>(OutcomeHandler<T> handler) implements Work<T> {
    /** Refuses null. */
    public Plain {
      Objects.requireNonNull(handler, "handler");
    }
  }

  /**
   * It handles an event in a transaction of its own.
   *
   * @param handler how
   * @param <T> the payload's type
   */
  public record Transactional<T>(TransactionalOutcomeHandler<T> handler) implements Work<T> {
    /** Refuses null. */
    public Transactional {
      Objects.requireNonNull(handler, "handler");
    }
  }

  /**
   * What is done before a handler, in this order; what fails in it is the listener's failure.
   *
   * @param context what becomes of the context restored from the emitter's
   * @param logFields set in the handler's logging context (MDC), also on the threads of its {@link
   *     HandlerContext#executor()}, and gone after it
   * @param gate whether the handler is called at all
   * @param <T> the payload's type
   */
  public record Around<T>(
      BiFunction<EventContext, T, EventContext> context,
      Function<T, Map<String, String>> logFields,
      Gate<T> gate) {
    /** Refuses null. */
    public Around {
      Objects.requireNonNull(context, "context");
      Objects.requireNonNull(logFields, "logFields");
      Objects.requireNonNull(gate, "gate");
    }

    /** Nothing. */
    public static <T> Around<T> nothing() {
      return new Around<>(
          (context, event) -> context, event -> Map.of(), (event, handlerContext) -> true);
    }
  }

  /** Trims the operations and drops blank ones; refuses a name that is not usable. */
  public Definition {
    Objects.requireNonNull(topic, "topic");
    Objects.requireNonNull(name, "name");
    if (work == null) {
      throw new GalaException(
          GalaError.LISTENER_HANDLER_REQUIRED,
          "listener \"" + name + "\" of topic " + topic.name() + " has none: give it a handler");
    }
    Objects.requireNonNull(cancelWhen, "cancelWhen");
    Objects.requireNonNull(around, "around");
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

  /** A listener whose effects on the database of the jobs happen exactly once. */
  public static <T> Definition<T> ofTransactional(
      Topic<T> topic, String name, TransactionalHandler<T> handler) {
    return builder(topic, name).transactionalHandler(handler).build();
  }

  /** A listener that keeps itself going. */
  public static <T> Definition<T> ofLoop(Topic<T> topic, String name, Loop<T> loop) {
    return builder(topic, name).loop(loop).build();
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
    private @Nullable Work<T> work;
    private @Nullable Duration timeout;
    private Predicate<Throwable> cancelWhen = failure -> false;
    private @Nullable ExhaustedHandler<T> onExhausted;
    private Around<T> around = Around.nothing();

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
      return outcomeHandler(
          (event, context) -> {
            handler.handle(event, context);
            return Outcome.done();
          });
    }

    /** Does this, and says how it went. */
    public Builder<T> outcomeHandler(OutcomeHandler<T> handler) {
      work = new Plain<>(handler);
      return this;
    }

    /** Does this in a transaction, of which the effects happen exactly once. */
    public Builder<T> transactionalHandler(TransactionalHandler<T> handler) {
      Objects.requireNonNull(handler, "handler");
      return transactionalOutcomeHandler(
          (event, context, connection) -> {
            handler.handle(event, context, connection);
            return Outcome.done();
          });
    }

    /**
     * Does this in a transaction, of which the effects happen exactly once, and says how it went.
     */
    public Builder<T> transactionalOutcomeHandler(TransactionalOutcomeHandler<T> handler) {
      work = new Transactional<>(handler);
      return this;
    }

    /** Keeps itself going: each event is one run, which emits the next. */
    public Builder<T> loop(Loop<T> loop) {
      work = Objects.requireNonNull(loop, "loop");
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
     * Sets a key of the context before the handler is called, for instance who calls; after what
     * was restored from the emitter's context, and after those given before.
     */
    public <V> Builder<T> contextValue(ContextKey<V> key, Function<T, V> value) {
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(value, "value");
      return context((context, event) -> context.with(key, value.apply(event)));
    }

    /** Makes another context of the one restored, before the handler is called. */
    public Builder<T> context(BiFunction<EventContext, T, EventContext> change) {
      Objects.requireNonNull(change, "change");
      BiFunction<EventContext, T, EventContext> before = around.context();
      around =
          new Around<>(
              (context, event) -> change.apply(before.apply(context, event), event),
              around.logFields(),
              around.gate());
      return this;
    }

    /** Fields for the handler's logging context (MDC), instead of those given before. */
    public Builder<T> logFields(Function<T, Map<String, String>> logFields) {
      around = new Around<>(around.context(), logFields, around.gate());
      return this;
    }

    /** Whether the handler is called at all, instead of one given before. */
    public Builder<T> gate(Gate<T> gate) {
      around = new Around<>(around.context(), around.logFields(), gate);
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
      return new Definition<>(
          topic, name, operations, work, timeout, cancelWhen, onExhausted, around);
    }
  }
}
