package dev.gala.river.spi;

import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where lines go that are logged while a thread works an attempt: they are kept with the job, under
 * {@code river:log}, beside those of {@link dev.gala.river.worker.WorkContext#logger()} and within
 * the same limits. For what stands behind a logging framework; {@code gala-river-logback} is one.
 *
 * <p>The engine says so of the thread that runs an attempt's plugins and worker. A thread that an
 * attempt hands work to has no part in it, unless that work was {@linkplain #handedOn handed on}.
 */
public final class AttemptLines {
  private static final ThreadLocal<@Nullable Consumer<String>> CURRENT = new ThreadLocal<>();

  private AttemptLines() {}

  /** Lets the calling thread's lines go where they went before; on the thread that opened it. */
  @FunctionalInterface
  public interface Scope extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Keeps a line with the attempt that the calling thread works, if any. What is logged meanwhile,
   * by whoever makes or takes the line, is not kept.
   *
   * @param line makes the line, without its end; asked only if there is one
   */
  public static void keep(Supplier<String> line) {
    Consumer<String> attempt = CURRENT.get();
    if (attempt != null) {
      try (Scope none = to(null)) {
        attempt.accept(line.get());
      }
    }
  }

  /**
   * Lets the calling thread's lines go elsewhere until the scope is closed.
   *
   * @param lines takes them, on this thread; null if they are not to be kept
   */
  public static Scope to(@Nullable Consumer<String> lines) {
    Consumer<String> before = CURRENT.get();
    set(lines);
    return () -> set(before);
  }

  /**
   * The same work, for another thread to do: its lines are kept with the attempt that the calling
   * thread works now, until that attempt ends.
   */
  public static Runnable handedOn(Runnable work) {
    Consumer<String> attempt = CURRENT.get();
    if (attempt == null) {
      return work;
    }
    return () -> {
      try (Scope scope = to(attempt)) {
        work.run();
      }
    };
  }

  private static void set(@Nullable Consumer<String> lines) {
    if (lines == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(lines);
    }
  }
}
