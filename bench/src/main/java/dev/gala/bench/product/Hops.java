package dev.gala.bench.product;

import dev.gala.bench.load.BenchThreads;
import dev.gala.bench.load.Case;
import dev.gala.bench.load.Event;
import dev.gala.bench.load.Handled;
import dev.gala.bench.load.Pace;
import dev.gala.bench.load.Sample;
import dev.gala.bench.load.WallClock;
import dev.gala.bench.product.ProductLine.Form;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/** The time from an emit's return to the handler's first line. */
final class Hops {
  private static final int WARM_UP_RATE = 1_000;

  /** So many times as many events as usual, until a new process is in step. */
  private static final int COLD = 4;

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private Hops() {}

  static Sample latency(Stage stage, Case.Latency what) throws Exception {
    int seconds = stage.round().warmsUp() ? 1 : stage.round().sizes().latencySeconds();
    // Who runs in the harness's JVM finds it warm already.
    boolean cold = stage.form() == Form.APART;
    int warm = stage.round().sizes().few() * (cold ? COLD : 1);
    int events = warm + what.perSecond() * seconds;
    var plan = new Plan(events, warm, what.perSecond());
    if (stage.form() == Form.APART) {
      try (Elsewhere elsewhere =
          stage.product().openElsewhere(stage.database(), events, stage.tuning())) {
        if (elsewhere != null) {
          return across(stage, plan, elsewhere);
        }
      }
    }
    return within(stage, plan);
  }

  private static Sample across(Stage stage, Plan plan, Elsewhere worker) throws Exception {
    try (Client emitter = stage.open(Role.emitter(1))) {
      long[] committed = emit(emitter, plan);
      return sample(plan, committed, worker.handledAt());
    }
  }

  private static Sample within(Stage stage, Plan plan) throws Exception {
    var entered = new AtomicLongArray(plan.events());
    var handled = new Handled(plan.events());
    EventHandler handler =
        event -> {
          if (entered.compareAndSet(event.number(), 0, WallClock.micros())) {
            handled.one();
          }
        };
    try (Client worker = stage.open(Role.worker(handler, 1));
        Client apart = stage.form() == Form.APART ? stage.open(Role.emitter(1)) : null) {
      worker.start();
      long[] committed = emit(apart == null ? worker : apart, plan);
      handled.await(PATIENCE);
      long[] times = new long[plan.events()];
      for (int i = 0; i < times.length; i++) {
        times[i] = entered.get(i);
      }
      return sample(plan, committed, times);
    }
  }

  /** Emits at the plan's pace, and notes when each was committed. */
  private static long[] emit(Client emitter, Plan plan) throws Exception {
    long[] committed = new long[plan.events()];
    var emits = new ArrayList<FutureTask<?>>();
    // First the compilers and connections come into step, on both sides.
    Pace.run(plan.warm(), WARM_UP_RATE, number -> emits.add(start(emitter, number, committed)));
    BenchThreads.join(emits);
    emits.clear();
    Pace.run(
        plan.events() - plan.warm(),
        plan.perSecond(),
        number -> emits.add(start(emitter, plan.warm() + number, committed)));
    BenchThreads.join(emits);
    return committed;
  }

  private static FutureTask<?> start(Client emitter, int number, long[] committed) {
    return BenchThreads.startAll(List.of(() -> emitOne(emitter, number, committed))).getFirst();
  }

  private static @Nullable Void emitOne(Client emitter, int number, long[] committed)
      throws Exception {
    emitter.emit(Event.of(number));
    committed[number] = WallClock.micros();
    return null;
  }

  /** A handler may be there before the emit has returned: that is no time at all. */
  private static Sample sample(Plan plan, long[] committed, long[] entered) {
    long[] micros = new long[plan.events() - plan.warm()];
    for (int i = 0; i < micros.length; i++) {
      micros[i] = Math.max(entered[i + plan.warm()] - committed[i + plan.warm()], 0);
    }
    return Sample.latencies(micros);
  }

  /** So many events, of which the first do not count, at a rate. */
  private record Plan(int events, int warm, int perSecond) {}
}
