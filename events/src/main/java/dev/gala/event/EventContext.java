package dev.gala.event;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * What travels with an event beside its payload: typed values and flags. Immutable; values should
 * be.
 *
 * <p>The current context is bound to a thread and never inherited: a pooled thread must not see the
 * context of whoever happened to start it. Use {@link #wrap(Runnable)}, or a handler's {@code
 * executor()}, to carry it to another thread.
 */
public final class EventContext {
  private static final EventContext EMPTY = new EventContext(Map.of(), Set.of());
  private static final ThreadLocal<@Nullable EventContext> CURRENT = new ThreadLocal<>();

  private final Map<ContextKey<?>, Object> values;
  private final Set<ContextFlag> flags;

  private EventContext(Map<ContextKey<?>, Object> values, Set<ContextFlag> flags) {
    this.values = values;
    this.flags = flags;
  }

  /** A context that holds nothing. */
  public static EventContext empty() {
    return EMPTY;
  }

  /** The one bound to this thread, else the empty one. */
  public static EventContext current() {
    EventContext bound = CURRENT.get();
    return bound == null ? EMPTY : bound;
  }

  /** The one bound to this thread; null if none is. */
  public static @Nullable EventContext bound() {
    return CURRENT.get();
  }

  /** The value of {@code key}; null if there is none. */
  @SuppressWarnings("unchecked") // with() puts values of the key's type only
  public <T> @Nullable T get(ContextKey<T> key) {
    return (T) values.get(key);
  }

  /** This and {@code key}'s value, instead of any it had. */
  public <T> EventContext with(ContextKey<T> key, T value) {
    Map<ContextKey<?>, Object> more = new HashMap<>(values);
    more.put(Objects.requireNonNull(key, "key"), Objects.requireNonNull(value, "value"));
    return new EventContext(more, flags);
  }

  /** This without a value of {@code key}. */
  public EventContext without(ContextKey<?> key) {
    if (!values.containsKey(key)) {
      return this;
    }
    Map<ContextKey<?>, Object> fewer = new HashMap<>(values);
    fewer.remove(key);
    return new EventContext(fewer, flags);
  }

  /** Whether {@code flag} is set. */
  public boolean has(ContextFlag flag) {
    return flags.contains(flag);
  }

  /** The flags that are set; unmodifiable. */
  public Set<ContextFlag> flags() {
    return Collections.unmodifiableSet(flags);
  }

  /** This and {@code flag}. */
  public EventContext with(ContextFlag flag) {
    if (flags.contains(flag)) {
      return this;
    }
    Set<ContextFlag> more = new HashSet<>(flags);
    more.add(Objects.requireNonNull(flag, "flag"));
    return new EventContext(values, more);
  }

  /** This without {@code flag}. */
  public EventContext without(ContextFlag flag) {
    if (!flags.contains(flag)) {
      return this;
    }
    Set<ContextFlag> fewer = new HashSet<>(flags);
    fewer.remove(flag);
    return new EventContext(values, fewer);
  }

  /**
   * Binds this to the current thread until the scope is closed, by the same thread: {@code try (var
   * scope = context.makeCurrent())}. Its {@link LogFields} stand in the thread's MDC meanwhile.
   */
  public Scope makeCurrent() {
    EventContext before = CURRENT.get();
    LogFields fields = get(LogFields.KEY);
    Runnable unbind = fields == null ? null : fields.bind();
    CURRENT.set(this);
    return new Scope(before, Thread.currentThread(), unbind);
  }

  /** {@code task}, run with this as the current context. */
  public Runnable wrap(Runnable task) {
    Objects.requireNonNull(task, "task");
    return () -> {
      try (Scope scope = makeCurrent()) {
        task.run();
      }
    };
  }

  /** {@code task}, called with this as the current context. */
  public <V> Callable<V> wrap(Callable<V> task) {
    Objects.requireNonNull(task, "task");
    return () -> {
      try (Scope scope = makeCurrent()) {
        return task.call();
      }
    };
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EventContext that
        && values.equals(that.values)
        && flags.equals(that.flags);
  }

  @Override
  public int hashCode() {
    return Objects.hash(values, flags);
  }

  /** The keys' names and the flags; no values, which may be private. */
  @Override
  public String toString() {
    return "EventContext" + values.keySet().stream().map(ContextKey::name).toList() + flags;
  }

  /** While open, a context is the current one of the thread that opened it. */
  public static final class Scope implements AutoCloseable {
    private final @Nullable EventContext before;
    private final Thread thread;
    private final @Nullable Runnable unbind;
    private boolean closed;

    private Scope(@Nullable EventContext before, Thread thread, @Nullable Runnable unbind) {
      this.before = before;
      this.thread = thread;
      this.unbind = unbind;
    }

    /**
     * Binds again what was bound before. Idempotent.
     *
     * @throws IllegalStateException on another thread than the one that opened it
     */
    @Override
    public void close() {
      if (Thread.currentThread() != thread) {
        throw new IllegalStateException(
            "context scope opened by thread \""
                + thread.getName()
                + "\" is closed by another: close it where it was opened");
      }
      if (closed) {
        return;
      }
      closed = true;
      if (unbind != null) {
        unbind.run();
      }
      if (before == null) {
        CURRENT.remove();
      } else {
        CURRENT.set(before);
      }
    }
  }
}
