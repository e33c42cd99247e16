package dev.gala.river.internal.lead;

import dev.gala.river.fake.Signal;
import dev.gala.river.internal.lifecycle.LoopService;
import dev.gala.river.internal.lifecycle.Threads;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A leader's service that says when it starts, is told to stop, and has stopped. */
final class Beat extends LoopService {
  private final String name;
  private final Consumer<String> log;
  private final Signal signal = new Signal();
  private boolean running;
  private boolean told;
  private int starts;
  private int failures;
  private Supplier<Throwable> failure = IllegalStateException::new;

  Beat(String name, Consumer<String> log) {
    super(new Threads("gala"), "beat-" + name);
    this.name = name;
    this.log = log;
  }

  /** The next so many starts fail. */
  void failToStart(int times) {
    failToStart(times, () -> new IllegalStateException(name + " does not start"));
  }

  /** The next so many starts fail by this. */
  void failToStart(int times, Supplier<Throwable> thrown) {
    signal.change(
        () -> {
          failures = times;
          failure = thrown;
        });
  }

  void awaitRunning() {
    signal.await(name + " to run", () -> running && !told);
  }

  void awaitStarts(int atLeast) {
    signal.await(name + " to start", () -> starts >= atLeast && running);
  }

  void awaitTold() {
    signal.await(name + " to be told to stop", () -> told);
  }

  void awaitStopped() {
    signal.await(name + " to have stopped", () -> !running);
  }

  boolean isTold() {
    return signal.look(() -> told);
  }

  boolean isRunning() {
    return signal.look(() -> running);
  }

  @Override
  protected void beforeStart() {
    boolean fails = signal.look(() -> failures-- > 0);
    if (fails) {
      Throwable thrown = signal.look(() -> failure).get();
      if (thrown instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) thrown;
    }
    log.accept(name + " starts");
    signal.change(
        () -> {
          running = true;
          told = false;
          starts++;
        });
  }

  @Override
  protected void onStop() {
    signal.change(() -> told = true);
  }

  @Override
  protected void afterStop() {
    log.accept(name + " stopped");
    signal.change(() -> running = false);
  }

  @Override
  protected void round() {
    wakeup().await(TimeUnit.HOURS.toNanos(1));
  }
}
