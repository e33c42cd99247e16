package dev.gala.bench.product;

import dev.gala.bench.load.BenchThreads;
import dev.gala.bench.load.Case;
import dev.gala.bench.load.ClientCpu;
import dev.gala.bench.load.Event;
import dev.gala.bench.load.Handled;
import dev.gala.bench.load.Metric;
import dev.gala.bench.load.Sample;
import dev.gala.bench.load.Situation;
import dev.gala.bench.product.ProductLine.Form;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/** Works what is emitted, before or meanwhile. */
final class Working {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Duration FINISHING = Duration.ofSeconds(20);
  private static final int FILL_BATCH = 1_000;

  /** So much may be emitted and not handled: both go on, and neither runs away. */
  private static final int MOST_OUTSTANDING = 5_000;

  private Working() {}

  static Sample work(Stage stage, Case.Work what) throws Exception {
    int events = stage.fill(what.listeners());
    if (what.situation() != Situation.WAITING) {
      fill(stage, events, what.listeners());
    }
    stage.database().settle();
    var handled = new Handled((long) events * what.listeners());
    try (Client worker = stage.open(Role.worker(event -> handled.one(), what.listeners()))) {
      ClientCpu cpu = ClientCpu.begin();
      worker.start();
      handled.await(PATIENCE);
      if (what.scale()) {
        // What else is in the tables cannot be told from what is not finished yet.
        return cpu.of(Sample.rate(handled.perSecond() / what.listeners()), events);
      }
      Sample sample = complete(stage);
      double rate = handled.perSecondUntilNow() / what.listeners();
      return cpu.of(sample.with(Metric.RATE, rate), events);
    }
  }

  static Sample retry(Stage stage, Case.Retry what) throws Exception {
    int events = stage.fill(2);
    fill(stage, events, 1);
    stage.database().settle();
    var first = new Handled(events);
    var done = new Handled(events);
    var failed = ConcurrentHashMap.<Integer>newKeySet();
    EventHandler handler =
        event -> {
          boolean again = failed.contains(event.number());
          if (!again) {
            first.one();
          }
          if (!again && what.fails(event.number()) && failed.add(event.number())) {
            throw new IllegalStateException("fails at its first attempt, as it was told to");
          }
          done.one();
        };
    long begun = System.nanoTime();
    try (Client worker = stage.open(Role.worker(handler, 1))) {
      worker.start();
      done.await(PATIENCE);
    }
    double seconds = (System.nanoTime() - begun) / 1e9;
    return complete(stage).with(Metric.RATE, first.perSecond()).with(Metric.ALL_DONE, seconds);
  }

  static Sample pipeline(Stage stage, Case.Pipeline what) throws Exception {
    var onTheWay = new OnTheWay();
    var role = Role.worker(event -> onTheWay.handled(), 1);
    try (Client worker = stage.open(role);
        Client apart = stage.form() == Form.APART ? stage.open(Role.emitter(1)) : null) {
      worker.start();
      var load = new Load(apart == null ? worker : apart, what, onTheWay);
      Sample measured;
      try {
        load.begin();
        Thread.sleep(stage.warmUpMillis() * 2L);
        long before = load.finished(stage);
        ClientCpu cpu = ClientCpu.begin();
        long begun = System.nanoTime();
        Thread.sleep(stage.round().pipelineMillis());
        long events = Math.max(load.finished(stage) - before, 0);
        measured = cpu.of(Sample.rate(events * 1e9 / (System.nanoTime() - begun)), events);
      } finally {
        load.end();
      }
      load.awaitHandled();
      List<String> problems = complete(stage).problems();
      return problems.isEmpty() ? measured : measured.withProblem(problems.getFirst());
    }
  }

  /** Fills the queue, on connections that are closed again. */
  static void fill(Stage stage, int events, int listeners) throws Exception {
    try (Client emitter = stage.open(Role.emitter(listeners))) {
      for (int from = 0; from < events; from += FILL_BATCH) {
        emitter.emitAll(Emitting.events(from, Math.min(FILL_BATCH, events - from)));
      }
    }
  }

  /** Waits until what was handled is finished in the database too. */
  private static Sample complete(Stage stage) throws Exception {
    long deadline = System.nanoTime() + FINISHING.toNanos();
    long left = stage.product().unfinished(stage.database());
    while (left > 0 && System.nanoTime() - deadline < 0) {
      Thread.sleep(1);
      left = stage.product().unfinished(stage.database());
    }
    Sample sample = Sample.none();
    return left == 0
        ? sample
        : sample.withProblem(left + " events were handled, and are not finished in the database");
  }

  /** How many events may be on their way at once, from before the emit until they are handled. */
  private static final class OnTheWay {
    private final Semaphore room = new Semaphore(MOST_OUTSTANDING);
    private final LongAdder handled = new LongAdder();

    void begin(int events) throws InterruptedException {
      room.acquire(events);
    }

    void handled() {
      handled.increment();
      room.release();
    }

    void letAllGo() {
      room.release(Integer.MAX_VALUE - 2 * MOST_OUTSTANDING);
    }

    void awaitAll(long events) {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (handled.sum() < events && System.nanoTime() - deadline < 0) {
        LockSupport.parkNanos(1_000_000);
      }
    }
  }

  /** Callers that emit as long as there is room on the way. */
  private static final class Load {
    private final Client client;
    private final Case.Pipeline what;
    private final OnTheWay onTheWay;
    private final AtomicInteger emitted = new AtomicInteger();
    private final AtomicInteger committed = new AtomicInteger();
    private final AtomicBoolean over = new AtomicBoolean();
    private final ArrayList<FutureTask<?>> callers = new ArrayList<>();

    Load(Client client, Case.Pipeline what, OnTheWay onTheWay) {
      this.client = client;
      this.what = what;
      this.onTheWay = onTheWay;
    }

    void begin() {
      var tasks = new ArrayList<Callable<?>>();
      for (int i = 0; i < what.callers(); i++) {
        tasks.add(this::call);
      }
      callers.addAll(BenchThreads.startAll(tasks));
    }

    void end() throws Exception {
      over.set(true);
      onTheWay.letAllGo();
      BenchThreads.join(callers);
    }

    /** What is committed and not unfinished any more. */
    long finished(Stage stage) throws Exception {
      return committed.get() - stage.product().unfinished(stage.database());
    }

    void awaitHandled() {
      onTheWay.awaitAll(emitted.get());
    }

    private @org.jspecify.annotations.Nullable Void call() throws Exception {
      while (true) {
        onTheWay.begin(what.size());
        if (over.get()) {
          return null;
        }
        int number = emitted.getAndAdd(what.size());
        if (what.size() == 1) {
          client.emit(Event.of(number));
        } else {
          client.emitAll(Emitting.events(number, what.size()));
        }
        committed.addAndGet(what.size());
      }
    }
  }
}
