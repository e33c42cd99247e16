package dev.gala.internal.dispatch;

import dev.gala.event.Definition;
import dev.gala.event.EventContext;
import dev.gala.event.Loop;
import dev.gala.event.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * One handler's call, with what stands before it and, of a transaction, its end. Either the thread
 * that runs it ends it, or it is given up by the {@link CallWatch}: its {@link EndGate} decides,
 * and whoever is first says that it is over, once.
 */
final class HandlerCall implements Runnable {
  /** Why a handler was told to end. */
  private enum Told {
    NOTHING,
    TIMED_OUT,
    CANCELLED
  }

  private final Turn turn;
  private final Object payload;
  private final InstantSource clock;
  private final EndGate gate;
  private final @Nullable Settlement settlement;
  private final long started = System.nanoTime();
  private final long limit;
  private final AtomicReference<Told> told = new AtomicReference<>(Told.NOTHING);
  private final Duration grace;
  private volatile long toldAt;
  private volatile @Nullable Thread thread;
  private volatile Runnable over = () -> {};
  private volatile boolean here;
  private volatile boolean ended;
  private volatile @Nullable Result result;
  private volatile @Nullable Throwable thrown;
  private volatile @Nullable Result signalled;
  private volatile boolean settling;
  private volatile boolean giveUp;

  /**
   * A call.
   *
   * @param grace how long it may go on after it was told to end
   * @param settlement of a transactional listener's transaction; null for others
   */
  HandlerCall(
      Turn turn,
      Object payload,
      InstantSource clock,
      Duration grace,
      EndGate gate,
      @Nullable Settlement settlement) {
    this.turn = turn;
    this.payload = payload;
    this.clock = clock;
    this.grace = grace;
    this.gate = gate;
    this.settlement = settlement;
    this.limit = TimeUnit.NANOSECONDS.convert(turn.timeout());
  }

  /**
   * Says, before it begins, that it runs on a thread of its own.
   *
   * @param over run once, when it has ended or was given up: must be quick, must not throw
   */
  void runsOn(Thread thread, Runnable over) {
    this.thread = thread;
    this.over = over;
  }

  /**
   * Says, before it begins, that it runs on the current thread, the attempt's: whoever cancels the
   * attempt interrupts it, and it is looked at whether that was done.
   *
   * @param left run once, when it was given up: must be quick, must not throw
   */
  void runsHere(Runnable left) {
    runsOn(
        Thread.currentThread(),
        () -> {
          if (!ended) {
            left.run();
          }
        });
    here = true;
  }

  @Override
  public void run() {
    try {
      EventContext own =
          turn.definition().around().context().apply(turn.context().eventContext(), payload);
      turn.context().enter(own, turn.definition().around().logFields().apply(payload));
      turn.context().logFields().forEach(MDC::put);
      result = own.wrap(this::handle).call();
    } catch (Throwable failure) {
      thrown = failure;
      signalled = signalled(failure);
      giveUp = signalled == null && isGivenUp(failure);
    } finally {
      end();
    }
  }

  private void end() {
    try {
      if (settlement != null) {
        settlement.close();
      }
    } finally {
      MDC.clear();
      if (gate.enter()) {
        ended = true;
        over.run();
      }
    }
  }

  /** Whether its time is over at all: a call without a limit need not be watched. */
  boolean isLimited() {
    return limit > 0;
  }

  /**
   * Does what is due: tells the handler to end when its time is over, gives it up when its grace
   * is. Of the watch, and never blocks.
   *
   * @param now by {@link System#nanoTime()}
   * @return whether it was given up now, and is to be left
   */
  boolean look(long now) {
    if (told.get() == Told.NOTHING) {
      if (here && turn.context().attemptCancelled()) {
        tell(Told.CANCELLED);
      } else if (isLimited() && now - started >= limit) {
        tell(Told.TIMED_OUT);
      }
      return false;
    }
    return now - toldAt >= TimeUnit.NANOSECONDS.convert(grace) && gate.giveUp();
  }

  /** Says that it was given up. */
  void leave() {
    over.run();
  }

  /** Tells the handler to end, since its attempt is to: it has the grace, and no more. */
  void cancel() {
    tell(Told.CANCELLED);
  }

  private void tell(Told why) {
    if (told.get() == Told.NOTHING) {
      toldAt = System.nanoTime(); // Before it can be read.
    }
    if (told.compareAndSet(Told.NOTHING, why)) {
      turn.context().cancel();
      Thread handler = thread;
      if (handler != null && (why == Told.TIMED_OUT || !here)) {
        gate.interrupt(handler);
      }
    }
  }

  /** Whether it ended by itself, rather than was given up. Once it is over. */
  boolean hasEnded() {
    return ended;
  }

  /** Why the handler's time counts as over, in words; null if it ended well enough before. */
  @Nullable String gaveUp() {
    return switch (Objects.requireNonNull(told.get())) {
      case NOTHING -> null;
      case CANCELLED -> ended ? null : "cancelled, and still running " + grace + " later";
      case TIMED_OUT -> ended && thrown == null ? null : "timed out after " + turn.timeout();
    };
  }

  private Result handle() throws Exception {
    Definition<Object> definition = turn.definition();
    if (!definition.around().gate().admits(payload, turn.context())) {
      return new Result.Gated(turn.name(), clock.instant());
    }
    Outcome outcome =
        switch (definition.work()) {
          case Definition.Plain<Object> plain -> plain.handler().handle(payload, turn.context());
          case Definition.Transactional<Object> transactional ->
              transactional.handler().handle(payload, turn.context(), transaction().connection());
          case Loop<Object> loop -> LoopRun.run(definition, loop, payload, turn.context());
        };
    if (outcome == null) {
      throw new NullPointerException("the handler returned null: return Outcome.done()");
    }
    Result answered = answered(outcome);
    if (settlement == null) {
      return answered;
    }
    settling = true;
    return settlement.settle(answered);
  }

  private Settlement transaction() {
    if (settlement == null) {
      throw new IllegalStateException(
          "listener \"" + turn.name() + "\" is transactional, and there is no database here");
    }
    return settlement;
  }

  private Result answered(Outcome outcome) {
    Instant now = clock.instant();
    return switch (outcome) {
      case Outcome.Done done -> new Result.Succeeded(turn.name(), now, elapsed());
      case Outcome.Snooze snooze ->
          new Result.Snoozed(turn.name(), now.plus(DispatchRules.capped(snooze.delay())));
      case Outcome.Cancel cancel ->
          // A loop says so of a run that failed, and of no other.
          new Result.Cancelled(
              turn.name(),
              now,
              elapsed(),
              cancel.reason(),
              false,
              turn.definition().work() instanceof Loop<Object>,
              false);
    };
  }

  /** An outcome that was thrown is this listener's, whatever was to be made of its failures. */
  private @Nullable Result signalled(Throwable failure) {
    if (saysNothing(failure)) {
      return null;
    }
    Instant now = clock.instant();
    return switch (ThrownOutcome.in(failure)) {
      case null -> null;
      case Outcome.Done done -> null;
      case Outcome.Snooze snooze ->
          new Result.Snoozed(turn.name(), now.plus(DispatchRules.capped(snooze.delay())));
      case Outcome.Cancel cancel ->
          new Result.Cancelled(turn.name(), now, elapsed(), cancel.reason(), true);
    };
  }

  /**
   * A handler told to end may fail of just that: its failure says nothing of the event, and neither
   * do that of its commit and a panic.
   */
  private boolean saysNothing(Throwable failure) {
    return turn.context().cancelled()
        || isOfSettling(failure)
        || (failure instanceof Error && !(failure instanceof AssertionError));
  }

  @SuppressWarnings("ReferenceEquality") // An exception cannot suppress itself.
  private boolean isGivenUp(Throwable failure) {
    if (saysNothing(failure)) {
      return false;
    }
    try {
      return turn.definition().cancelWhen().test(failure);
    } catch (RuntimeException | Error predicateFailed) {
      if (predicateFailed != failure) {
        failure.addSuppressed(predicateFailed);
      }
      return false;
    }
  }

  private boolean isOfSettling(Throwable failure) {
    return settling && (Settlement.isUnknown(failure) || Settlement.isClaimLost(failure));
  }

  Turn turn() {
    return turn;
  }

  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - started);
  }

  /** What the handler made of the event; null if it has not ended, or threw. */
  @Nullable Result result() {
    return result;
  }

  /** What was thrown; null if nothing was, or it was given up before. */
  @Nullable Throwable thrown() {
    return ended ? thrown : null;
  }

  /** The outcome that was thrown; null if nothing was, or a failure. */
  @Nullable Result signalled() {
    return signalled;
  }

  /** Whether what was thrown ends the listener's work on the event. */
  boolean giveUp() {
    return giveUp;
  }

  /** Whether nobody knows if what the handler did was committed. */
  boolean isUnknown() {
    Throwable failure = thrown();
    return settling && failure != null && Settlement.isUnknown(failure);
  }

  /** Whether the attempt turned out to hold the event no longer. */
  boolean isClaimLost() {
    Throwable failure = thrown();
    return settling && failure != null && Settlement.isClaimLost(failure);
  }

  /** Breaks the connection of a handler that was given up. */
  void abandon() {
    if (settlement != null) {
      settlement.abandon();
    }
  }
}
