package dev.gala.internal.dispatch;

import dev.gala.event.ListenerException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one handler on a thread of its own. Only so can a handler that neither returns nor heeds
 * interruption be left behind while the other listeners get their turn.
 */
final class ListenerRun {
  private static final Logger LOG = LoggerFactory.getLogger(ListenerRun.class);

  /** The answers of the database have a limit of their own. */
  private static final Duration AS_LONG_AS_IT_TAKES = Duration.ofDays(365);

  private final ThreadFactory threads;
  private final InstantSource clock;
  private final Duration interruptGrace;

  ListenerRun(ThreadFactory threads, InstantSource clock, Duration interruptGrace) {
    this.threads = threads;
    this.clock = clock;
    this.interruptGrace = interruptGrace;
  }

  InstantSource clock() {
    return clock;
  }

  /**
   * Runs the handler and waits for it. If the calling thread is interrupted, so is the handler's;
   * the calling thread is interrupted again when this returns.
   */
  Result run(Turn turn, Object payload) {
    return run(new HandlerCall(turn, payload, clock, new EndGate(), null));
  }

  /** The same, with the end of a transaction. */
  Result run(Turn turn, Object payload, EndGate gate, Settlement settlement) {
    return run(new HandlerCall(turn, payload, clock, gate, settlement));
  }

  private Result run(HandlerCall call) {
    Thread thread = threads.newThread(call);
    thread.start();
    @Nullable String gaveUp = await(call, thread, call.turn().timeout());
    return result(call, gaveUp);
  }

  /** Waits for the call's end. Returns why it was not waited for any longer; null if it ended. */
  private @Nullable String await(HandlerCall call, Thread thread, Duration timeout) {
    boolean interrupted = false;
    try {
      if (timeout.isZero()) {
        call.done().await();
        return null;
      }
      if (call.done().await(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
        return null;
      }
    } catch (InterruptedException cancelled) {
      interrupted = true;
    }
    call.turn().context().cancel();
    call.gate().interrupt(thread);
    boolean ended = awaitEnd(call);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (interrupted) {
      return ended ? null : "cancelled, and still running " + interruptGrace + " later";
    }
    return ended && call.thrown() == null ? null : "timed out after " + timeout;
  }

  /**
   * Waits a grace, and as long as a transaction takes to end that is about to. One that is not is
   * never committed any more.
   */
  private boolean awaitEnd(HandlerCall call) {
    if (awaitUninterruptibly(call.done(), interruptGrace)) {
      return true;
    }
    if (!call.gate().giveUp()) {
      return awaitUninterruptibly(call.done(), AS_LONG_AS_IT_TAKES);
    }
    call.abandon();
    LOG.warn(
        "listener \"{}\" of topic {} does not heed interruption; its thread is left behind",
        call.turn().name(),
        call.turn().context().envelope().topic());
    return false;
  }

  private static boolean awaitUninterruptibly(CountDownLatch latch, Duration time) {
    long end = System.nanoTime() + time.toNanos();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return latch.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException again) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private Result result(HandlerCall call, @Nullable String gaveUp) {
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
