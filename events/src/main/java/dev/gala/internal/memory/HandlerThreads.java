package dev.gala.internal.memory;

import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes the threads of handlers and knows them again, so that an emit from a handler does not wait
 * for room that the handler itself may hold. Safe for use by many threads.
 */
public final class HandlerThreads implements ThreadFactory {
  /** Whose handler the thread works for. */
  private static final ThreadLocal<@Nullable HandlerThreads> OWNER = new ThreadLocal<>();

  private final ThreadFactory threads;

  /** Marks threads that {@code threads} makes. */
  public HandlerThreads(ThreadFactory threads) {
    this.threads = threads;
  }

  @Override
  public Thread newThread(Runnable task) {
    return threads.newThread(marked(task));
  }

  /** Starts a thread of {@code others} for each task: a handler's if a handler asks for it. */
  public Executor onBehalf(ThreadFactory others) {
    return task -> others.newThread(isCurrent() ? marked(task) : task).start();
  }

  /** Says that the current thread works for a handler, and does nothing else to its end. */
  void mark() {
    OWNER.set(this);
  }

  /** Whether the current thread works for a handler. */
  boolean isCurrent() {
    return OWNER.get() == this;
  }

  /** The mark goes with the thread, which does nothing else. */
  private Runnable marked(Runnable task) {
    return () -> {
      OWNER.set(this);
      task.run();
    };
  }
}
