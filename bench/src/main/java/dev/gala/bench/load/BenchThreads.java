package dev.gala.bench.load;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;

/** Makes the harness's threads. */
public final class BenchThreads {
  private BenchThreads() {}

  /** Runs tasks on virtual threads of their own. */
  public static Executor virtual() {
    return task -> Thread.ofVirtual().start(task);
  }

  /** Runs each task on a virtual thread of its own, until closed. */
  public static ExecutorService virtualService() {
    return Executors.newVirtualThreadPerTaskExecutor();
  }

  /** A pool of so many threads. */
  public static ExecutorService pool(int threads) {
    return Executors.newFixedThreadPool(threads, Thread.ofPlatform().daemon().factory());
  }

  /** A single thread for later. */
  public static ScheduledExecutorService timer() {
    return Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
  }

  /** Starts a task on a platform thread that keeps no process alive. */
  public static FutureTask<?> start(Callable<?> task) {
    FutureTask<?> started = new FutureTask<>(task);
    Thread.ofPlatform().daemon().start(started);
    return started;
  }

  /**
   * Starts tasks on virtual threads.
   *
   * @return what {@link #join} waits for
   */
  public static List<FutureTask<?>> startAll(List<? extends Callable<?>> tasks) {
    var started = new ArrayList<FutureTask<?>>();
    for (Callable<?> task : tasks) {
      FutureTask<?> future = new FutureTask<>(task);
      Thread.ofVirtual().start(future);
      started.add(future);
    }
    return started;
  }

  /** Waits for tasks; throws what the first that failed threw. */
  public static void join(List<? extends FutureTask<?>> tasks) throws Exception {
    Exception failure = null;
    for (FutureTask<?> task : tasks) {
      try {
        task.get();
      } catch (ExecutionException e) {
        if (failure == null) {
          failure = e.getCause() instanceof Exception cause ? cause : e;
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
