package dev.gala.river.internal.complete;

import dev.gala.river.driver.Driver;
import dev.gala.river.internal.lifecycle.LoopService;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.internal.rescue.Holdings;
import dev.gala.river.job.RiverEvent;
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
 * Takes the ends of attempts and has them written, many in one statement. While a statement runs,
 * the next batch gathers, so a batch is as large as the load makes it and a lone completion waits
 * for nobody.
 *
 * <p>Whoever submits beyond the limits waits: so slots stay taken, and fetching stops before memory
 * grows, while the database is away. Writing twice is harmless: the fence lets the second write
 * find nothing.
 */
public final class CompletionBatcher extends LoopService {
  private static final Logger LOG = LoggerFactory.getLogger(CompletionBatcher.class);
  private static final long NO_DEADLINE = Long.MAX_VALUE;
  private static final long IDLE = TimeUnit.MINUTES.toNanos(1);

  /** How many characters may wait. */
  private static final long WAITING_WEIGHT_LIMIT = 2 * Batch.MOST_WEIGHT;

  /**
   * Limits.
   *
   * @param waitingLimit beyond so many completions not yet written, submitting waits
   * @param flushTimeout how long a stop goes on trying while the database is away
   * @param clock tells when a job ended
   * @param holdings is told of every attempt whose end is written, or cannot be
   */
  public record Config(
      int waitingLimit, Duration flushTimeout, InstantSource clock, Holdings holdings) {
    /** Limits where nobody wants to know what is held. */
    public Config(int waitingLimit, Duration flushTimeout, InstantSource clock) {
      this(waitingLimit, flushTimeout, clock, new Holdings());
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition roomMade = lock.newCondition();
  private final Config config;
  private final Delivery delivery;
  private List<Completion> waiting = new ArrayList<>();
  private long waitingWeight;
  private int aside;
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
    this.delivery =
        new Delivery(
            new CompletionWriter(driver, events),
            config.clock(),
            config.holdings(),
            new Delivery.Patience() {
              @Override
              public boolean pause(long nanos) {
                return pauseUnlessOver(nanos);
              }

              @Override
              public void fails(Throwable failure) {
                CompletionBatcher.this.fails(failure);
              }

              @Override
              public void works() {
                CompletionBatcher.this.works();
              }
            });
  }

  /**
   * Takes an attempt's end. Waits while too many are waiting to be written; the wait does not end
   * by interruption, since the outcome would be lost.
   */
  public void submit(Completion completion) {
    lock.lock();
    try {
      while (isFull()) {
        roomMade.awaitUninterruptibly();
      }
      waiting.add(completion);
      waitingWeight += completion.weight();
    } finally {
      lock.unlock();
    }
    wakeup().signal();
  }

  private boolean isFull() {
    return !unlimited
        && (waiting.size() + aside >= config.waitingLimit()
            || waitingWeight >= WAITING_WEIGHT_LIMIT);
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
    List<Completion> taken = take();
    if (taken.isEmpty()) {
      long untilDue = delivery.nanosUntilDue();
      if (untilDue > 0) {
        wakeup().await(Math.min(untilDue, IDLE));
        return;
      }
    }
    int left = deliver(taken);
    if (left == 0) {
      left = delivery.deliverDue(false);
    }
    if (left > 0) {
      reportGivenUp(left);
    }
    countAside();
  }

  /** A surprise must not lose what was taken; some of it may be written already, and is again. */
  private int deliver(List<Completion> taken) {
    boolean told = false;
    try {
      int left = delivery.deliver(taken);
      told = true;
      return left;
    } finally {
      if (!told) {
        taken.forEach(this::putBack);
      }
    }
  }

  private void putBack(Completion completion) {
    lock.lock();
    try {
      waiting.add(completion);
      waitingWeight += completion.weight();
    } finally {
      lock.unlock();
    }
  }

  @Override
  protected void afterLastRound() {
    for (List<Completion> taken = take(); !taken.isEmpty(); taken = take()) {
      int left = delivery.deliver(taken);
      if (left > 0) {
        reportGivenUp(left + waitingCount());
        break;
      }
    }
    while (delivery.aside() > 0 && pauseUnlessOver(delivery.nanosUntilDue())) {
      int left = delivery.deliverDue(true);
      if (left > 0) {
        reportGivenUp(left);
      }
    }
    delivery.giveUpAside();
    countAside();
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
      List<Completion> taken = waiting;
      if (taken.size() <= Batch.MOST_ENDS) {
        waiting = new ArrayList<>();
        waitingWeight = 0;
      } else {
        List<Completion> head = waiting.subList(0, Batch.MOST_ENDS);
        taken = new ArrayList<>(head);
        head.clear();
        taken.forEach(completion -> waitingWeight -= completion.weight());
      }
      roomMade.signalAll();
      return taken;
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

  /** What waits aside takes room too. */
  private void countAside() {
    lock.lock();
    try {
      aside = delivery.aside();
      roomMade.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits, unless a stop was asked for and its time would be over then. */
  private boolean pauseUnlessOver(long nanos) {
    if (stopping()) {
      long now = System.nanoTime();
      if (flushDeadline == NO_DEADLINE) {
        flushDeadline = now + config.flushTimeout().toNanos();
      }
      if (now + nanos - flushDeadline > 0) {
        return false;
      }
    }
    pauseEvenStopping(nanos);
    return true;
  }
}
