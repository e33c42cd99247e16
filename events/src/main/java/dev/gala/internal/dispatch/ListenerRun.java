package dev.gala.internal.dispatch;

import dev.gala.event.ListenerException;
import dev.gala.internal.threads.Threads;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one handler: on a thread of its own, which is waited for, or on the calling one, and the
 * attempt goes on elsewhere without it. Only so can a handler that neither returns nor heeds
 * interruption be left behind while the other listeners get their turn.
 */
final class ListenerRun {
  private static final Logger LOG = LoggerFactory.getLogger(ListenerRun.class);

  private final ThreadFactory threads;
  private final InstantSource clock;
  private final Duration interruptGrace;
  private final CallWatch watch = new CallWatch(Threads.daemons("listener-timeouts"));

  ListenerRun(ThreadFactory threads, InstantSource clock, Duration interruptGrace) {
    this.threads = threads;
    this.clock = clock;
    this.interruptGrace = interruptGrace;
  }

  /** Says that the last call was made, or nearly: no thread is kept for more. */
  void close() {
    watch.close();
  }

  InstantSource clock() {
    return clock;
  }

  /**
   * Runs the handler and waits for it. If the calling thread is interrupted, so is the handler's;
   * the calling thread is interrupted again when this returns.
   */
  Result run(Turn turn, Object payload) {
    return run(call(turn, payload, new EndGate(), null));
  }

  /** The same, with the end of a transaction. */
  Result run(Turn turn, Object payload, EndGate gate, Settlement settlement) {
    return run(call(turn, payload, gate, settlement));
  }

  private HandlerCall call(
      Turn turn, Object payload, EndGate gate, @Nullable Settlement settlement) {
    return new HandlerCall(turn, payload, clock, interruptGrace, gate, settlement);
  }

  private Result run(HandlerCall call) {
    var over = new CountDownLatch(1);
    Thread thread = threads.newThread(call);
    call.runsOn(thread, over::countDown);
    if (call.isLimited()) {
      watch.add(call);
    }
    try {
      thread.start();
      await(call, over);
    } finally {
      watch.remove(call);
    }
    if (!call.hasEnded()) {
      left(call);
    }
    return result(call);
  }

  /**
   * A call on the current thread, watched.
   *
   * @param elsewhere where to go on with {@code then} if the handler is given up
   */
  HandlerCall prepared(Turn turn, Object payload, Executor elsewhere, Consumer<Result> then) {
    HandlerCall call = call(turn, payload, new EndGate(), null);
    call.runsHere(() -> goOn(call, elsewhere, then));
    watch.add(call);
    return call;
  }

  /** Runs a prepared call; then goes on with its result, unless that was done elsewhere. */
  void runHere(HandlerCall call, Consumer<Result> then) {
    try {
      Threads.asOnVirtual(call);
    } finally {
      watch.remove(call);
    }
    if (call.hasEnded()) {
      then.accept(result(call));
    }
  }

  private void goOn(HandlerCall call, Executor elsewhere, Consumer<Result> then) {
    Runnable rest =
        () -> {
          left(call);
          then.accept(result(call));
        };
    try {
      elsewhere.execute(rest);
    } catch (RuntimeException | Error noThread) {
      LOG.error("no thread could be started for what comes after a listener", noThread);
      rest.run(); // The watch is held up, and the event has its end.
    }
  }

  /** Waits until the call is over. Its times are the watch's: a timed wait would cost more. */
  private void await(HandlerCall call, CountDownLatch over) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          over.await();
          return;
        } catch (InterruptedException told) {
          interrupted = true;
          call.cancel();
          watch.add(call);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** What it has not committed is never committed any more. */
  private static void left(HandlerCall call) {
    call.abandon();
    LOG.warn(
        "listener \"{}\" of topic {} does not heed interruption; its thread is left behind",
        call.turn().name(),
        call.turn().context().envelope().topic());
  }

  private Result result(HandlerCall call) {
    @Nullable String gaveUp = call.gaveUp();
    Instant now = clock.instant();
    String name = call.turn().name();
    Throwable thrown = call.thrown();
    if (call.isClaimLost()) {
      return new Result.ClaimLost(name);
    }
    if (gaveUp != null) {
      TimeoutException failure = new TimeoutException(gaveUp);
      if (thrown != null) {
        failure.initCause(thrown);
      }
      return new Result.Failed(
          name, now, call.elapsed(), new ListenerException(name, failure, false), call.isUnknown());
    }
    if (thrown == null) {
      return Objects.requireNonNull(call.result(), "the call has ended");
    }
    Result signalled = call.signalled();
    if (signalled != null) {
      return signalled;
    }
    return call.giveUp()
        ? new Result.Cancelled(name, now, call.elapsed(), text(thrown), true)
        : new Result.Failed(
            name, now, call.elapsed(), ListenerException.of(name, thrown), call.isUnknown());
  }

  private static String text(Throwable thrown) {
    try {
      return thrown.toString();
    } catch (RuntimeException | Error e) {
      // The listener must end, whatever users' exceptions do when asked for their message.
      return thrown.getClass().getName();
    }
  }
}
