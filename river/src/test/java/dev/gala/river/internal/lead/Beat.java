package dev.gala.river.internal.lead;

import dev.gala.river.fake.Signal;
import dev.gala.river.internal.lifecycle.LoopService;
import dev.gala.river.internal.lifecycle.Threads;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A leader's service that says when it starts, is told to stop, and has stopped. */
final class Beat extends LoopService {
  private final String name;
  private final Consumer<String> log;
  private final Signal signal = new Signal();
  private boolean running;
  private boolean told;
  private int starts;
  private int failures;

  Beat(String name, Consumer<String> log) {
    super(new Threads("gala"), "beat-" + name);
    this.name = name;
    this.log = log;
  }

  /** The next so many starts fail. */
  void failToStart(int times) {
    signal.change(() -> failures = times);
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
      throw new IllegalStateException(name + " does not start");
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
