package dev.gala.bench.load;

import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Callers that do one thing after another, as fast as they are answered. */
public final class ClosedLoop {
  /** Does one thing, and tells how many events that were. */
  @FunctionalInterface
  public interface Step {
    /** Does it. */
    int run() throws Exception;
  }

  /** Makes a caller's step; what it opened is closed at the end. */
  @FunctionalInterface
  public interface Caller {
    /** The step of a caller, and its end. */
    Stepping begin() throws Exception;
  }

  /** A caller's step with what it holds. */
  public interface Stepping extends Step, AutoCloseable {
    @Override
    default void close() throws Exception {}
  }

  private ClosedLoop() {}

  /**
   * Lets callers run, each on a virtual thread.
   *
   * @param warmUpMillis what they run before it counts
   * @param windowMillis what counts
   * @return events a second, and what each cost this process
   */
  public static Sample measure(int callers, int warmUpMillis, int windowMillis, Caller caller)
      throws Exception {
    var counted = new LongAdder();
    var ready = new AtomicInteger();
    var begin = new java.util.concurrent.CountDownLatch(1);
    var window = new Window();
    var tasks = new ArrayList<Callable<?>>();
    for (int i = 0; i < callers; i++) {
      tasks.add(
          () -> {
            try (Stepping step = caller.begin()) {
              ready.incrementAndGet();
              begin.await();
              loop(step, window, counted);
            }
            return null;
          });
    }
    var started = BenchThreads.startAll(tasks);
    while (ready.get() < callers && started.stream().noneMatch(task -> task.isDone())) {
      Thread.sleep(1);
    }
    window.open(warmUpMillis, windowMillis);
    begin.countDown();
    Thread.sleep(warmUpMillis);
    ClientCpu cpu = ClientCpu.begin();
    Thread.sleep(windowMillis);
    Sample sample = cpu.of(Sample.none(), counted.sum());
    BenchThreads.join(started);
    return sample.with(Metric.RATE, counted.sum() * 1_000.0 / windowMillis);
  }

  private static void loop(Step step, Window window, LongAdder counted) throws Exception {
    long now = System.nanoTime();
    while (!window.isOver(now)) {
      int events = step.run();
      now = System.nanoTime();
      if (window.counts(now)) {
        counted.add(events);
      }
    }
  }

  /** Simple callers that hold nothing. */
  public static Caller of(Step step) {
    return () -> step::run;
  }

  private static final class Window {
    private volatile long from;
    private volatile long to;

    void open(int warmUpMillis, int windowMillis) {
      from = System.nanoTime() + warmUpMillis * 1_000_000L;
      to = from + windowMillis * 1_000_000L;
    }

    boolean counts(long now) {
      return now - from >= 0 && now - to < 0;
    }

    boolean isOver(long now) {
      return now - to >= 0;
    }
  }
}
