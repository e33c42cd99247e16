package dev.gala.internal.memory;

import dev.gala.event.EmitReceipt;
import dev.gala.event.Emitter;
import dev.gala.event.Envelope;
import dev.gala.event.EventContext;
import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.internal.dispatch.Carrier;
import dev.gala.internal.dispatch.Course;
import dev.gala.internal.dispatch.Dispatch;
import dev.gala.internal.dispatch.Incoming;
import dev.gala.internal.dispatch.Marks;
import dev.gala.internal.dispatch.Verdict;
import dev.gala.internal.threads.LeavingTask;
import dev.gala.pool.Pool;
import dev.gala.river.job.Tx;
import dev.gala.spi.Dispatcher;
import dev.gala.spi.Outgoing;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands events to the listeners of this process, without storing them. They take the same way as
 * stored ones, encoded and with a context snapshot, so that emitter and listeners share nothing and
 * a test in memory tells the truth. What differs: there is one attempt, a failure is logged and
 * counted, and what has not run when the process ends is lost.
 */
public final class InMemoryDispatcher implements Dispatcher, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(InMemoryDispatcher.class);

  /** Of so many events that were unique once the keys are kept when they have ended. */
  private static final int MOST_REMEMBERED = 100_000;

  private final Dispatch dispatch;
  private final Pool pool;
  private final Later later;
  private final HandlerThreads handlers;
  private final Supplier<Emitter> emitter;
  private final InstantSource clock;
  private final LiveKeys keys = new LiveKeys(MOST_REMEMBERED);
  private final LongAdder failures = new LongAdder();

  /**
   * A dispatcher; it does not close {@code pool}.
   *
   * @param later keeps what is not due yet
   * @param handlers makes the threads of {@code dispatch}
   * @param emitter what handlers emit with, asked when an event is handled: on {@link #fromWithin}
   */
  public InMemoryDispatcher(
      Dispatch dispatch,
      Pool pool,
      Later later,
      HandlerThreads handlers,
      Supplier<Emitter> emitter,
      InstantSource clock) {
    this.dispatch = dispatch;
    this.pool = pool;
    this.later = later;
    this.handlers = handlers;
    this.emitter = emitter;
    this.clock = clock;
  }

  /** How many events had a listener fail, or could not be handled at all. */
  public long failures() {
    return failures.sum();
  }

  /**
   * {@inheritDoc}
   *
   * <p>A caller's transaction is refused: an event in memory would run whether or not that commits.
   * Waits while the pool is full, except on a handler's thread. Unique keys count from when an
   * event is accepted, and those of events that are unique once for as long as a hundred thousand
   * others have not been used since.
   *
   * @throws GalaException with {@link GalaError#DISPATCH_FAILED}
   */
  @Override
  public List<EmitReceipt> dispatch(List<Outgoing> events, Tx tx) {
    return dispatch(events, tx, handlers.isCurrent());
  }

  /**
   * This for what handlers emit, on whatever thread: it never waits for room in the pool, since
   * they may hold the very place it would wait for.
   */
  public Dispatcher fromWithin() {
    return (events, tx) -> dispatch(events, tx, true);
  }

  private List<EmitReceipt> dispatch(List<Outgoing> events, Tx tx, boolean within) {
    switch (tx) {
      case Tx.Own own -> {}
      case Tx.OnConnection onConnection ->
          throw new GalaException(
              GalaError.DISPATCH_FAILED,
              "events in memory cannot be part of a database transaction: emit after the commit,"
                  + " or use dispatch mode durable");
    }
    if (events.isEmpty()) {
      return List.of();
    }
    var free = new ArrayList<Envelope>(events.size());
    int[] places = new int[events.size()];
    for (int i = 0; i < places.length; i++) {
      Envelope envelope = events.get(i).envelope();
      boolean held = keys.isHeld(envelope);
      places[i] = held ? -1 : free.size();
      if (!held) {
        free.add(envelope);
      }
    }
    var admission = new Admission(keys, free);
    if (!free.isEmpty()) {
      accept(free, admission, within);
    }
    var receipts = new ArrayList<EmitReceipt>(places.length);
    for (int i = 0; i < places.length; i++) {
      boolean duplicate = places[i] < 0 || !admission.letsIn(places[i]);
      receipts.add(new EmitReceipt(events.get(i).envelope().id(), duplicate, null));
    }
    return receipts;
  }

  /**
   * Waits until nothing runs or waits for its turn, in three looks 10 ms apart; what is due later
   * does not count.
   *
   * @return whether that came about within {@code timeout}
   * @throws InterruptedException if interrupted
   */
  public boolean waitIdle(Duration timeout) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.NANOSECONDS.convert(timeout);
    boolean idle;
    do {
      idle = pool.waitIdle(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
    } while (idle && later.handsOn() && System.nanoTime() - end < 0);
    return idle && !later.handsOn();
  }

  /** Drops what is not due yet. Idempotent. */
  @Override
  public void close() {
    later.close();
  }

  /** All or none; what is due later cannot fail, and so comes last. */
  private void accept(List<Envelope> envelopes, Admission admission, boolean within) {
    Instant now = clock.instant();
    List<LeavingTask> dueNow = new ArrayList<>(envelopes.size());
    List<Runnable> dueLater = new ArrayList<>();
    for (int i = 0; i < envelopes.size(); i++) {
      int place = i;
      Envelope envelope = envelopes.get(i);
      Instant due = envelope.headers().scheduledTime();
      if (due != null && due.isAfter(now)) {
        dueLater.add(
            () -> {
              if (admission.letsIn(place)) {
                again(envelope, Marks.none(), carrier(), Duration.between(now, due));
              }
            });
      } else {
        dueNow.add(
            where -> {
              if (admission.letsIn(place)) {
                deliver(envelope, Marks.none(), carrier(), where);
              }
            });
      }
    }
    try {
      if (within) {
        pool.submitFromWithin(dueNow);
      } else {
        pool.submitAll(dueNow);
      }
    } catch (IllegalStateException notAccepted) { // CancellationException is one.
      throw new GalaException(
          GalaError.DISPATCH_FAILED,
          "event "
              + envelopes.getFirst().id()
              + " of topic "
              + envelopes.getFirst().topic()
              + ": "
              + notAccepted.getMessage(),
          notAccepted,
          Map.of("event_id", envelopes.getFirst().id().value()));
    }
    dueLater.forEach(Runnable::run);
  }

  private Carrier carrier() {
    return new MemoryCarrier(emitter.get());
  }

  /** One attempt at an event, on the pool's thread, where its last handler runs too. */
  private void deliver(Envelope envelope, Marks marks, Carrier carrier, LeavingTask.Place place) {
    handlers.mark();
    var incoming =
        new Incoming(
            envelope,
            marks,
            1,
            1,
            clock.instant(),
            List.of(),
            emitter.get(),
            carrier,
            place::interrupted,
            null,
            EventContext.empty());
    dispatch.run(
        incoming,
        new Course() {
          @Override
          public void elsewhere(Runnable rest) {
            handlers.newThread(() -> leaving(place, rest)).start();
          }

          @Override
          public void over(Verdict verdict) {
            ended(envelope, marks, carrier, verdict);
          }
        });
  }

  private static void leaving(LeavingTask.Place place, Runnable rest) {
    try {
      rest.run();
    } catch (RuntimeException | Error failure) {
      LOG.error("an event whose listener was left behind could not be ended", failure);
    } finally {
      place.leave();
    }
  }

  private void ended(Envelope envelope, Marks marks, Carrier carrier, Verdict verdict) {
    if (!(verdict instanceof Verdict.Snooze)) {
      keys.ended(envelope);
    }
    switch (verdict) {
      case Verdict.Done done -> {}
      case Verdict.Cancel cancel ->
          LOG.debug("event {} cancelled: {}", envelope.id(), cancel.reason());
      case Verdict.Snooze snooze ->
          again(envelope, marks.with(snooze.metadata()), carrier, snooze.delay());
      case Verdict.Interrupted interrupted -> {
        failures.increment();
        LOG.warn("event {} of topic {} was cut short", envelope.id(), envelope.topic());
      }
      case Verdict.Retry retry -> failed(envelope, retry.failure());
      case Verdict.Fail fail -> failed(envelope, fail.failure());
    }
  }

  private void failed(Envelope envelope, RuntimeException failure) {
    failures.increment();
    try {
      LOG.error("event {} of topic {} failed", envelope.id(), envelope.topic(), failure);
    } catch (RuntimeException | Error unprintable) {
      // Users' exceptions may throw when asked for their text; ours around them do not.
      LOG.error(
          "event {} of topic {} failed: {}", envelope.id(), envelope.topic(), failure.getMessage());
    }
  }

  private void again(Envelope envelope, Marks marks, Carrier carrier, Duration delay) {
    LeavingTask task = place -> deliver(envelope, marks, carrier, place);
    later.run(delay, () -> pool.submitFromWithin(List.of(task)));
  }
}
