package dev.gala.river.internal.complete;

import dev.gala.river.driver.Driver;
import dev.gala.river.internal.lifecycle.Backoff;
import dev.gala.river.internal.lifecycle.LoopService;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverEvent;
import dev.gala.river.job.RiverException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the ends of attempts, many in one statement. While a statement runs, the next batch
 * gathers, so a batch is as large as the load makes it and a lone completion waits for nobody.
 *
 * <p>While the database is away a batch is tried again for ever, and whoever submits beyond the
 * limit waits: so slots stay taken and fetching stops before memory grows. Writing twice is
 * harmless: the fence lets the second write find nothing.
 */
public final class CompletionBatcher extends LoopService {
  private static final Logger LOG = LoggerFactory.getLogger(CompletionBatcher.class);
  private static final int LARGEST_BATCH = 2_000;
  private static final long NO_DEADLINE = Long.MAX_VALUE;
  private static final long IDLE = TimeUnit.MINUTES.toNanos(1);

  /**
   * Limits.
   *
   * @param waitingLimit beyond so many completions not yet written, submitting waits
   * @param flushTimeout how long a stop goes on trying while the database is away
   * @param clock tells when a job ended
   */
  public record Config(int waitingLimit, Duration flushTimeout, InstantSource clock) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition roomMade = lock.newCondition();
  private final Config config;
  private final CompletionWriter writer;
  private List<Completion> waiting = new ArrayList<>();
  private boolean unlimited;

  /** When a stop gives up; the loop's own. */
  private long flushDeadline = NO_DEADLINE;

  /** A batcher that writes through {@code driver}. */
  public CompletionBatcher(Driver driver, Config config, Threads threads) {
    this(driver, config, threads, event -> {});
  }

  /**
   * A batcher that writes through {@code driver}.
   *
   * @param events is told, on the batcher's thread, what became of those ends that have a report;
   *     must not wait
   */
  public CompletionBatcher(
      Driver driver, Config config, Threads threads, Consumer<RiverEvent> events) {
    super(threads, "completer");
    this.config = config;
    this.writer = new CompletionWriter(driver, config.clock(), events);
  }

  /**
   * Takes an attempt's end. Waits while too many are waiting to be written; the wait does not end
   * by interruption, since the outcome would be lost.
   */
  public void submit(Completion completion) {
    lock.lock();
    try {
      while (!unlimited && waiting.size() >= config.waitingLimit()) {
        roomMade.awaitUninterruptibly();
      }
      waiting.add(completion);
    } finally {
      lock.unlock();
    }
    wakeup().signal();
  }

  /**
   * Lets every submitter in until the next start: for a stop, when nothing more is fetched. What
   * still runs must be able to end, or a stop while the database is away would never end itself.
   */
  public void liftLimit() {
    lock.lock();
    try {
      unlimited = true;
      roomMade.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  protected void beforeStart() {
    flushDeadline = NO_DEADLINE;
    lock.lock();
    try {
      unlimited = false;
    } finally {
      lock.unlock();
    }
  }

  @Override
  protected void round() {
    List<Completion> batch = take();
    if (batch.isEmpty()) {
      wakeup().await(IDLE);
      return;
    }
    if (!write(batch, false)) {
      reportGivenUp(batch.size());
    }
  }

  @Override
  protected void afterLastRound() {
    for (List<Completion> batch = take(); !batch.isEmpty(); batch = take()) {
      if (!write(batch, false)) {
        reportGivenUp(batch.size() + waitingCount());
        return;
      }
    }
  }

  private static void reportGivenUp(int count) {
    LOG.error(
        "stopped while the database was away: the ends of {} attempts are not written; their jobs"
            + " will be rescued and run again",
        count);
  }

  private List<Completion> take() {
    lock.lock();
    try {
      if (waiting.size() <= LARGEST_BATCH) {
        List<Completion> all = waiting;
        waiting = new ArrayList<>();
        roomMade.signalAll();
        return all;
      }
      List<Completion> head = waiting.subList(0, LARGEST_BATCH);
      List<Completion> batch = new ArrayList<>(head);
      head.clear();
      roomMade.signalAll();
      return batch;
    } finally {
      lock.unlock();
    }
  }

  private int waitingCount() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Writes a batch, again and again until it is written; false if a stop gave up first.
   *
   * @param again whether it, or some of it, may have been written before
   */
  private boolean write(List<Completion> batch, boolean again) {
    var backoff = new Backoff();
    boolean maybeWritten = again;
    while (true) {
      try {
        writer.write(batch, maybeWritten);
        return true;
      } catch (RuntimeException | Error e) {
        if (isOfTheBatch(e) && batch.size() > 1) {
          return writeHalves(batch, e);
        }
        if (isLocked(e)) {
          putBack(batch, backoff);
          return true;
        }
        if (isOfTheBatch(e)) {
          return writeRefused(batch.getFirst(), e);
        }
        maybeWritten = true;
        long pause = backoff.next();
        if (flushIsOverIn(pause)) {
          return false;
        }
        LOG.warn(
            "the ends of {} attempts could not be written, trying again in {} ms: {}",
            batch.size(),
            TimeUnit.NANOSECONDS.toMillis(pause),
            e.getMessage());
        pause(pause);
      }
    }
  }

  /**
   * Whether a failure is about what is in the batch: refused by the database, locked by somebody,
   * or a surprise on the way there. Whatever else the database says passes, and is waited for.
   */
  private static boolean isOfTheBatch(Throwable failure) {
    return !(failure instanceof RiverException e)
        || e.code() == RiverError.ROW_REFUSED
        || e.code() == RiverError.ROW_LOCKED;
  }

  private static boolean isLocked(Throwable failure) {
    return failure instanceof RiverException e && e.code() == RiverError.ROW_LOCKED;
  }

  private boolean flushIsOverIn(long nanos) {
    if (!stopping()) {
      return false;
    }
    long now = System.nanoTime();
    if (flushDeadline == NO_DEADLINE) {
      flushDeadline = now + config.flushTimeout().toNanos();
    }
    return now + nanos - flushDeadline > 0;
  }

  /** Finds the bad ones by halving, and saves the others; some may be written already. */
  private boolean writeHalves(List<Completion> batch, Throwable failure) {
    LOG.warn("a batch of {} outcomes was refused, writing its halves", batch.size(), failure);
    int half = batch.size() / 2;
    return write(batch.subList(0, half), true) && write(batch.subList(half, batch.size()), true);
  }

  /**
   * What is locked waits behind the others, for as long as it is locked; a stop gives up on it
   * alone.
   */
  private void putBack(List<Completion> batch, Backoff backoff) {
    if (stopping()) {
      if (flushIsOverIn(0)) {
        LOG.error(
            "{} is locked by somebody for longer than a stop waits: its outcome is not written, its"
                + " job will be rescued and run again",
            batch.getFirst().attemptId());
        return;
      }
      pause(backoff.next());
    }
    LOG.warn(
        "{} is locked by somebody: its outcome is written later", batch.getFirst().attemptId());
    lock.lock();
    try {
      waiting.addAll(batch);
    } finally {
      lock.unlock();
    }
  }

  private boolean writeRefused(Completion refused, Throwable refusal) {
    LOG.error("the outcome of {} cannot be written", refused.attemptId(), refusal);
    return switch (refused) {
      case Completion.Success success -> writeUnwritable(success, false, refusal);
      case Completion.Full full -> writeUnwritable(full, full.lastAttempt(), refusal);
      case Completion.Unwritable unwritable -> {
        LOG.error("{} stays running until it is rescued", unwritable.attemptId());
        yield true;
      }
    };
  }

  private boolean writeUnwritable(Completion refused, boolean lastAttempt, Throwable refusal) {
    String reason = String.valueOf(refusal.getMessage());
    Report report = refused.report();
    var unwritable =
        new Completion.Unwritable(
            refused.attemptId(), lastAttempt, reason, report == null ? null : report.failed());
    return write(List.of(unwritable), true);
  }
}
