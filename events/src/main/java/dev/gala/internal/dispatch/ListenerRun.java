package dev.gala.internal.dispatch;

import dev.gala.event.Definition;
import dev.gala.event.ListenerException;
import dev.gala.event.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one handler on a thread of its own. Only so can a handler that neither returns nor heeds
 * interruption be left behind while the other listeners get their turn.
 */
final class ListenerRun {
  private static final Logger LOG = LoggerFactory.getLogger(ListenerRun.class);

  private final ThreadFactory threads;
  private final InstantSource clock;
  private final Duration interruptGrace;

  ListenerRun(ThreadFactory threads, InstantSource clock, Duration interruptGrace) {
    this.threads = threads;
    this.clock = clock;
    this.interruptGrace = interruptGrace;
  }

  /**
   * Runs the handler and waits for it. If the calling thread is interrupted, so is the handler's;
   * the calling thread is interrupted again when this returns.
   *
   * @param timeout how long it may take; zero means no limit
   */
  Result run(
      Definition<Object> definition, Object payload, ListenerContext context, Duration timeout) {
    Call call =
        new Call(
            () -> definition.handler().handle(payload, context),
            definition.cancelWhen(),
            context,
            definition.name());
    long started = System.nanoTime();
    Thread thread = threads.newThread(call);
    thread.start();
    @Nullable String gaveUp = await(call, thread, timeout);
    return result(call, gaveUp, Duration.ofNanos(System.nanoTime() - started));
  }

  /** Waits for the call's end. Returns why it was not waited for any longer; null if it ended. */
  private @Nullable String await(Call call, Thread thread, Duration timeout) {
    boolean interrupted = false;
    try {
      if (timeout.isZero()) {
        call.done.await();
        return null;
      }
      if (call.done.await(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
        return null;
      }
    } catch (InterruptedException cancelled) {
      interrupted = true;
    }
    call.context.cancel();
    thread.interrupt();
    boolean ended = awaitUninterruptibly(call.done, interruptGrace);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (!ended) {
      LOG.warn(
          "listener \"{}\" of topic {} does not heed interruption; its thread is left behind",
          call.name,
          call.context.envelope().topic());
    }
    if (interrupted) {
      return ended ? null : "cancelled, and still running " + interruptGrace + " later";
    }
    return ended && call.thrown == null ? null : "timed out after " + timeout;
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

  private Result result(Call call, @Nullable String gaveUp, Duration duration) {
    Instant now = clock.instant();
    String name = call.name;
    if (gaveUp != null) {
      TimeoutException failure = new TimeoutException(gaveUp);
      if (call.thrown != null) {
        failure.initCause(call.thrown);
      }
      return new Result.Failed(name, now, duration, new ListenerException(name, failure, false));
    }
    Throwable thrown = call.thrown;
    if (thrown != null) {
      return call.giveUp
          ? new Result.Cancelled(name, now, duration, text(thrown), true)
          : new Result.Failed(name, now, duration, ListenerException.of(name, thrown));
    }
    return switch (call.outcome) {
      case Outcome.Done done -> new Result.Succeeded(name, now, duration);
      case Outcome.Snooze snooze ->
          new Result.Snoozed(name, now.plus(DispatchRules.capped(snooze.delay())));
      case Outcome.Cancel cancel ->
          new Result.Cancelled(name, now, duration, cancel.reason(), false);
    };
  }

  private static String text(Throwable thrown) {
    try {
      return thrown.toString();
    } catch (RuntimeException | Error e) {
      // The listener must end, whatever users' exceptions do when asked for their message.
      return thrown.getClass().getName();
    }
  }

  /** The handler's thread writes, then counts down; the waiting thread reads after that. */
  private static final class Call implements Runnable {
    private final Callable<Outcome> handler;
    private final Predicate<Throwable> cancelWhen;
    private final ListenerContext context;
    private final String name;
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile Outcome outcome = Outcome.done();
    private volatile @Nullable Throwable thrown;
    private volatile boolean giveUp;

    Call(
        Callable<Outcome> handler,
        Predicate<Throwable> cancelWhen,
        ListenerContext context,
        String name) {
      this.handler = handler;
      this.cancelWhen = cancelWhen;
      this.context = context;
      this.name = name;
    }

    @Override
    public void run() {
      try {
        outcome = context.eventContext().wrap(handler).call();
        if (outcome == null) {
          thrown = new NullPointerException("the handler returned null: return Outcome.done()");
        }
      } catch (Throwable failure) {
        thrown = failure;
        giveUp = isGivenUp(failure);
      } finally {
        done.countDown();
      }
    }

    /** A handler told to end may fail of just that: its failure says nothing of the event. */
    @SuppressWarnings("ReferenceEquality") // An exception cannot suppress itself.
    private boolean isGivenUp(Throwable failure) {
      if (context.cancelled()
          || (failure instanceof Error && !(failure instanceof AssertionError))) {
        return false;
      }
      try {
        return cancelWhen.test(failure);
      } catch (RuntimeException | Error predicateFailed) {
        if (predicateFailed != failure) {
          failure.addSuppressed(predicateFailed);
        }
        return false;
      }
    }
  }
}
