package dev.gala.river.internal.insert;

import dev.gala.river.driver.JobInserted;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets single inserts that come at the same time share a statement and its commit. Each caller
 * returns when its own row is committed, or with its own error.
 *
 * <p>Who comes while nothing is under way inserts at once, on the caller's own thread, as if there
 * were nobody else. Who comes later waits for the next shared statement. Those are run by threads
 * of our own: an interrupt of one caller, which may close the connection its thread is using, must
 * not take away everybody's answer.
 *
 * <p>Those who share a statement share its commit: so there is one of these for each durability,
 * and who takes less waits for nobody's disk.
 */
final class InsertCoalescer implements AutoCloseable {
  /** Inserts rows in one statement and transaction. */
  interface Statement {
    List<JobInserted> insert(List<JobInsertParams> rows);

    /** How many rows like this one may share a statement, besides the general limit. */
    default int most(JobInsertParams row) {
      return Integer.MAX_VALUE;
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(InsertCoalescer.class);

  /** One statement is being prepared and read while the other commits. More bring no more. */
  static final int MOST_UNDER_WAY = 2;

  /**
   * While a statement is under way, the next begins when there is one row for so many of its.
   * Smaller ones would use the disk for little: of eight callers, seven shared every other
   * statement, and the eighth had the others to itself.
   */
  static final int ROWS_FOR_ONE = 2;

  /** But so long after the first of them came, it begins in any case. */
  static final Duration LONGEST_GATHERING = Duration.ofMillis(1);

  /** From some hundreds on, rows per second do not rise any more. */
  static final int MOST_ROWS = 500;

  /** What a statement may hold at most, unless a single row holds more. */
  static final int MOST_CHARACTERS = 4_000_000;

  /** How long a row waits for its statement to begin: far longer than a working database takes. */
  static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  private static final long TRY_AGAIN = TimeUnit.SECONDS.toNanos(1);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Condition ending = lock.newCondition();
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private final Statement statement;
  private final Threads threads;
  private final String name;
  private final long longestWait;
  private final long longestGathering;
  private int underWay;
  private int rowsUnderWay;
  private int started;
  private boolean closed;

  InsertCoalescer(Statement statement, Threads threads, String name) {
    this(statement, threads, name, LONGEST_WAIT, LONGEST_GATHERING);
  }

  /**
   * A coalescer.
   *
   * @param name what its threads are called
   * @param longestWait after which a row whose statement has not begun is refused
   * @param longestGathering how long few rows wait for more while a statement is under way
   */
  InsertCoalescer(
      Statement statement,
      Threads threads,
      String name,
      Duration longestWait,
      Duration longestGathering) {
    this.statement = statement;
    this.threads = threads;
    this.name = name;
    this.longestWait = TimeUnit.NANOSECONDS.convert(longestWait);
    this.longestGathering = TimeUnit.NANOSECONDS.convert(longestGathering);
  }

  /**
   * Inserts a row. An interrupt does not end the wait, which would leave it unknown whether the row
   * is there; it stays set.
   *
   * @throws RiverException with {@link RiverError#DATABASE_UNAVAILABLE} if no statement could take
   *     it for too long; otherwise with what became of the statement
   */
  JobInserted insert(JobInsertParams row) {
    Waiting mine = beginOrWait(row);
    if (mine != null) {
      return mine.await();
    }
    try {
      return statement.insert(List.of(row)).getFirst();
    } finally {
      ended(1);
    }
  }

  /** Ends the threads when nobody waits any more. Idempotent. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
      ending.signal();
    } finally {
      lock.unlock();
    }
  }

  /** How many wait for the next statement. */
  int waiting() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  /** Null if the caller is to insert the row itself. */
  private @Nullable Waiting beginOrWait(JobInsertParams row) {
    lock.lock();
    try {
      // Closed, there is nobody left to do it: whoever had begun before does it alone.
      if (closed || (waiting.isEmpty() && underWay == 0)) {
        underWay++;
        rowsUnderWay++;
        return null;
      }
      startThreads();
      var mine = new Waiting(row);
      waiting.add(mine);
      // The first lets a thread begin to wait for more.
      if (mayBegin(waiting.size()) || (waiting.size() == 1 && underWay < MOST_UNDER_WAY)) {
        changed.signal();
      }
      return mine;
    } finally {
      lock.unlock();
    }
  }

  /** Under the lock. Those that could not be started are by the next who waits. */
  private void startThreads() {
    for (; started < MOST_UNDER_WAY; started++) {
      threads.loop(name + "-" + (started + 1), this::flushUntilClosed).start();
    }
    if (started == MOST_UNDER_WAY) {
      threads.loop(name + "-late", this::refuseUntilClosed).start();
      started++;
    }
  }

  private boolean mayBegin(int rows) {
    return underWay == 0 || (underWay < MOST_UNDER_WAY && rows * ROWS_FOR_ONE >= rowsUnderWay);
  }

  private void ended(int rows) {
    lock.lock();
    try {
      underWay--;
      rowsUnderWay -= rows;
      if (!waiting.isEmpty()) {
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  private void flushUntilClosed() {
    for (List<Waiting> batch = take(); !batch.isEmpty(); batch = take()) {
      try {
        flush(batch);
      } finally {
        ended(batch.size());
      }
    }
  }

  /**
   * Refuses rows whose statement does not begin. One thread looks after all, so that callers need
   * no clock of their own: of those who come while it sleeps, none is late before it wakes.
   */
  private void refuseUntilClosed() {
    lock.lock();
    try {
      while (true) {
        long next = refuseLate();
        if (closed && waiting.isEmpty()) {
          changed.signalAll();
          return;
        }
        try {
          ending.awaitNanos(next);
        } catch (InterruptedException e) {
          LOG.debug("interrupted while looking after rows that wait: goes on", e);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns how long none will be late. */
  private long refuseLate() {
    long now = System.nanoTime();
    if (nanosUntilLate(now) > 0) {
      return nanosUntilLate(now);
    }
    try {
      var late = new Outcome.Failed(late());
      while (nanosUntilLate(now) <= 0) {
        waiting.removeFirst().outcome.complete(late);
      }
      return nanosUntilLate(now);
    } catch (RuntimeException | Error e) {
      LOG.error("rows that wait too long could not be refused: trying again", e);
      return TRY_AGAIN;
    }
  }

  private long nanosUntilLate(long now) {
    return waiting.isEmpty() ? longestWait : waiting.getFirst().since + longestWait - now;
  }

  private RiverException late() {
    return new RiverException(
        RiverError.DATABASE_UNAVAILABLE,
        "inserting a job failed: the inserts before it kept the database busy for "
            + TimeUnit.NANOSECONDS.toSeconds(longestWait)
            + " s, and it was not begun: insert less at once, or many by insertMany",
        null,
        true);
  }

  /** The next rows to insert; none when closed. */
  private List<Waiting> take() {
    lock.lock();
    try {
      awaitRows();
      var batch = new ArrayList<Waiting>();
      long characters = 0;
      int most =
          waiting.isEmpty() ? 0 : Math.min(MOST_ROWS, statement.most(waiting.getFirst().row()));
      while (!waiting.isEmpty() && batch.size() < most) {
        characters += waiting.getFirst().characters();
        if (characters > MOST_CHARACTERS && !batch.isEmpty()) {
          break;
        }
        batch.add(waiting.removeFirst());
      }
      if (!batch.isEmpty()) {
        underWay++;
        rowsUnderWay += batch.size();
      }
      if (closed && waiting.isEmpty()) {
        ending.signal();
      }
      return batch;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until a statement may begin, or never will because all is closed. Under the lock. Few
   * rows wait for more no longer than rows are gathered.
   */
  private void awaitRows() {
    while (waiting.isEmpty() ? !closed : !mayBegin(waiting.size())) {
      if (waiting.isEmpty() || underWay >= MOST_UNDER_WAY) {
        changed.awaitUninterruptibly();
        continue;
      }
      long left = waiting.getFirst().since + longestGathering - System.nanoTime();
      if (left <= 0) {
        return;
      }
      try {
        changed.awaitNanos(left);
      } catch (InterruptedException e) {
        LOG.debug("interrupted while gathering rows to insert together: goes on", e);
      }
    }
  }

  /**
   * A row that the database refuses is looked for by halves, and fails alone.
   *
   * @return what is wrong with the database, so that nothing more is tried; null if nothing is
   */
  private @Nullable RiverException flush(List<Waiting> batch) {
    try {
      List<JobInserted> inserted = statement.insert(batch.stream().map(Waiting::row).toList());
      for (int i = 0; i < batch.size(); i++) {
        batch.get(i).outcome.complete(new Outcome.Done(inserted.get(i)));
      }
      return null;
    } catch (RuntimeException | Error e) {
      boolean ofARow = e instanceof RiverException r && mayBeOfARow(r);
      if (ofARow && batch.size() > 1) {
        int half = batch.size() / 2;
        List<Waiting> rest = batch.subList(half, batch.size());
        RiverException wrong = flush(batch.subList(0, half));
        return wrong == null ? flush(rest) : leaveOut(rest, wrong);
      }
      fail(batch, e);
      return ofARow || !(e instanceof RiverException r) ? null : r;
    }
  }

  /**
   * Whether one row may be to blame. A trigger may say whatever it likes, so that all counts that
   * does not pass by itself: at worst every row is refused alone.
   */
  private static boolean mayBeOfARow(RiverException failure) {
    return switch (failure.code()) {
      case ROW_REFUSED, SCHEMA_OUTDATED -> true;
      case DATABASE -> !failure.isTransient();
      default -> false;
    };
  }

  private static RiverException leaveOut(List<Waiting> rows, RiverException wrong) {
    fail(
        rows,
        new RiverException(
            RiverError.DATABASE_UNAVAILABLE,
            "inserting a job failed: it was not begun, for one before it had failed: "
                + wrong.getMessage(),
            wrong,
            true));
    return wrong;
  }

  private static void fail(List<Waiting> rows, Throwable thrown) {
    rows.forEach(one -> one.outcome.complete(new Outcome.Failed(thrown)));
  }

  /** What became of a row. */
  private sealed interface Outcome {
    record Done(JobInserted inserted) implements Outcome {}

    record Failed(Throwable thrown) implements Outcome {}
  }

  /** A row, and its caller's place to wait. */
  private static final class Waiting {
    private final JobInsertParams row;
    private final long since = System.nanoTime();
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

    Waiting(JobInsertParams row) {
      this.row = row;
    }

    JobInsertParams row() {
      return row;
    }

    long characters() {
      return (long) row.args().length() + row.metadata().length();
    }

    /** An interrupt does not end the wait; it stays set. */
    JobInserted await() {
      return switch (outcome.join()) {
        case Outcome.Done(JobInserted inserted) -> inserted;
        case Outcome.Failed(RiverException e) ->
            // Each caller gets one of its own, which shows where the insert was called.
            throw new RiverException(e.code(), String.valueOf(e.getMessage()), e, e.isTransient());
        case Outcome.Failed(Throwable e) ->
            throw new IllegalStateException("a shared insert failed unexpectedly", e);
      };
    }
  }
}
