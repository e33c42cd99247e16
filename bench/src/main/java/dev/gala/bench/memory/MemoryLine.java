package dev.gala.bench.memory;

import dev.gala.bench.load.Case;
import dev.gala.bench.load.ClosedLoop;
import dev.gala.bench.load.Event;
import dev.gala.bench.load.Line;
import dev.gala.bench.load.Round;
import dev.gala.bench.load.Sample;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** A bus as a contestant. */
public final class MemoryLine implements Line {
  /** Opens a bus that brings events to a handler. */
  interface Opening {
    Bus open(Consumer<Event> handler) throws Exception;
  }

  private static final int CALLERS = 2;

  /** So much may be emitted and not handled. */
  private static final int MOST_OUTSTANDING = 10_000;

  /** What is emitted between two looks at it. */
  private static final int STRIDE = 100;

  private final Info info;
  private final Opening opening;

  MemoryLine(Info info, Opening opening) {
    this.info = info;
    this.opening = opening;
  }

  @Override
  public Info info() {
    return info;
  }

  @Override
  public boolean takesPart(Case what) {
    return what instanceof Case.Memory;
  }

  @Override
  public Sample measure(Case what, Round round) throws Exception {
    var handled = new LongAdder();
    var emitted = new AtomicInteger();
    try (Bus bus = opening.open(event -> handled.increment())) {
      Sample sample =
          ClosedLoop.measure(
              CALLERS,
              round.warmUpMillis() * 2,
              round.sizes().windowMillis(),
              ClosedLoop.of(() -> emit(bus, emitted, handled)));
      long deadline = System.nanoTime() + 10_000_000_000L;
      while (handled.sum() < emitted.get() && System.nanoTime() - deadline < 0) {
        LockSupport.parkNanos(1_000_000);
      }
      long lost = emitted.get() - handled.sum();
      return lost == 0 ? sample : sample.withProblem(lost + " events were never handled");
    }
  }

  private static int emit(Bus bus, AtomicInteger emitted, LongAdder handled) {
    if (emitted.get() - handled.sum() >= MOST_OUTSTANDING) {
      LockSupport.parkNanos(50_000);
      return 0;
    }
    int from = emitted.getAndAdd(STRIDE);
    for (int i = from; i < from + STRIDE; i++) {
      bus.emit(Event.of(i));
    }
    return STRIDE;
  }
}
