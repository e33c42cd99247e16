package dev.gala.river.internal.lifecycle;

import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A service that is one loop on a thread of its own. */
public abstract class LoopService implements Service {
  private static final Logger LOG = LoggerFactory.getLogger(LoopService.class);

  private final ReentrantLock lifecycle = new ReentrantLock();
  private final Threads threads;
  private final String role;
  private final Wakeup wakeup = new Wakeup();
  private final Wakeup stopAsked = new Wakeup();
  private final Complaints complaints = new Complaints();
  private volatile boolean stopping;
  private volatile boolean failing;

  /** Whether the round under way said that something does not work; the loop's own. */
  private boolean failedItself;

  private @Nullable Thread thread;

  /** A loop on a thread named by {@code role}. */
  protected LoopService(Threads threads, String role) {
    this.threads = threads;
    this.role = role;
  }

  @Override
  public final void start() {
    lifecycle.lock();
    try {
      if (thread != null) {
        return;
      }
      stopping = false;
      stopAsked.await(0);
      beforeStart();
      Thread started = threads.loop(role, this::run);
      started.start();
      thread = started;
    } finally {
      lifecycle.unlock();
    }
  }

  @Override
  public final void stop() {
    lifecycle.lock();
    try {
      if (thread == null) {
        return;
      }
      tellToStop();
      join(thread);
      thread = null;
      afterStop();
    } finally {
      lifecycle.unlock();
    }
  }

  /**
   * Tells the loop to end, without waiting for it: for many loops that are to end at once. A stop
   * must follow.
   */
  public final void tellToStop() {
    stopping = true;
    onStop();
    wakeup.signal();
    stopAsked.signal();
  }

  /** Whether the loop was told to end. */
  protected final boolean stopping() {
    return stopping;
  }

  /** What the loop waits on; a stop signals it. */
  protected final Wakeup wakeup() {
    return wakeup;
  }

  /** Waits, but for a stop: once one is asked for, no wait goes on, however many follow. */
  protected final void pause(long nanos) {
    if (!stopping) {
      stopAsked.await(nanos);
    }
  }

  /**
   * Says that the service works: for rounds that go on for long after they did. The end of a round
   * says it too.
   */
  protected final void works() {
    failedItself = false;
    if (failing) {
      failing = false;
      complaints.over();
      threads.troubles().works(role);
      LOG.info("{}: works again", role);
    }
  }

  /** Says that something does not work, of which the round takes care itself. */
  protected final void fails(Throwable failure) {
    failing = true;
    failedItself = true;
    threads.troubles().fails(role, String.valueOf(failure.getMessage()));
  }

  /**
   * Waits also after a stop was asked for, which ends one such wait: for what a loop goes on trying
   * during a stop. Whoever calls this again and again must have a limit of its own.
   */
  protected final void pauseEvenStopping(long nanos) {
    stopAsked.await(nanos);
  }

  /** Done before the thread starts; what it throws, the start throws. */
  protected void beforeStart() {}

  /** Done when a stop is asked for, before it is waited for. */
  protected void onStop() {}

  /** Done when the loop has ended. */
  protected void afterStop() {}

  /**
   * One round of the loop, repeated until {@link #stopping()}. It waits by itself, on {@link
   * #wakeup()} or something that {@link #onStop()} ends. What it throws is logged, and the next
   * round begins after {@link Backoff}.
   */
  protected abstract void round();

  /** Done once by the loop's thread after the last round, for what must not be left undone. */
  protected void afterLastRound() {}

  private void run() {
    var backoff = new Backoff();
    while (!stopping) {
      try {
        failedItself = false;
        round();
        backoff.reset();
        if (!failedItself) {
          works();
        }
      } catch (RuntimeException | Error e) {
        long pause = backoff.next();
        report(e, pause);
        fails(e);
        pause(pause);
      }
    }
    afterLastRound();
    failing = false;
    threads.troubles().works(role);
  }

  /** What passes is told in a line: a database that is away would fill the log with traces. */
  private void report(Throwable failure, long pause) {
    long millis = TimeUnit.NANOSECONDS.toMillis(pause);
    if (failure instanceof RiverException river && passes(river)) {
      LOG.atLevel(complaints.level("passes"))
          .log("{}: failed, trying again in {} ms: {}", role, millis, failure.getMessage());
    } else {
      LOG.atLevel(complaints.level(kindOf(failure)))
          .setCause(failure)
          .log("{}: failed, trying again in {} ms", role, millis);
    }
  }

  private static String kindOf(Throwable failure) {
    return failure instanceof RiverException river
        ? river.code().name()
        : failure.getClass().getName();
  }

  private static boolean passes(RiverException failure) {
    return failure.isTransient() || failure.code() == RiverError.OUTCOME_UNKNOWN;
  }

  private static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        // A stop that returned early would leave the loop running behind its owner's back.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
