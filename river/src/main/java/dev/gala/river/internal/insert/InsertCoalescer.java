package dev.gala.river.internal.insert;

import dev.gala.river.driver.JobInserted;
import dev.gala.river.internal.lifecycle.Threads;
import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets single inserts that come at the same time share a statement and its commit. Each caller
 * returns when its own row is committed, or with its own error.
 *
 * <p>Who comes while little is under way inserts at once, on the caller's own thread, as if there
 * were nobody else. Who comes later waits for the next shared statement. Those are run by threads
 * of our own: an interrupt of one caller, which may close the connection its thread is using, must
 * not take away everybody's answer.
 */
final class InsertCoalescer implements AutoCloseable {
  /** Inserts rows in one statement and transaction. */
  interface Statement {
    List<JobInserted> insert(List<JobInsertParams> rows);
  }

  /** One statement is being prepared and read while the other commits. More bring no more. */
  static final int MOST_UNDER_WAY = 2;

  /** From some hundreds on, rows per second do not rise any more. */
  static final int MOST_ROWS = 500;

  /** What a statement may hold at most, unless a single row holds more. */
  static final int MOST_CHARACTERS = 4_000_000;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private final Statement statement;
  private final Threads threads;
  private int underWay;
  private boolean flushing;
  private boolean closed;

  InsertCoalescer(Statement statement, Threads threads) {
    this.statement = statement;
    this.threads = threads;
  }

  /**
   * Inserts a row. An interrupt does not end the wait, which would leave it unknown whether the row
   * is there; it stays set.
   */
  JobInserted insert(JobInsertParams row) {
    Waiting mine = beginOrWait(row);
    if (mine != null) {
      return mine.await();
    }
    try {
      return statement.insert(List.of(row)).getFirst();
    } finally {
      ended();
    }
  }

  /** Ends the threads when nobody waits any more. Idempotent. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
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
      if (closed || (underWay < MOST_UNDER_WAY && waiting.isEmpty())) {
        underWay++;
        return null;
      }
      if (!flushing) {
        for (int i = 1; i <= MOST_UNDER_WAY; i++) {
          threads.loop("insert-" + i, this::flushUntilClosed).start();
        }
        flushing = true;
      }
      var mine = new Waiting(row);
      waiting.add(mine);
      if (underWay < MOST_UNDER_WAY) {
        changed.signal();
      }
      return mine;
    } finally {
      lock.unlock();
    }
  }

  private void ended() {
    lock.lock();
    try {
      underWay--;
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
        ended();
      }
    }
  }

  /** The next rows to insert; none when closed. */
  private List<Waiting> take() {
    lock.lock();
    try {
      while (waiting.isEmpty() ? !closed : underWay >= MOST_UNDER_WAY) {
        changed.awaitUninterruptibly();
      }
      var batch = new ArrayList<Waiting>();
      long characters = 0;
      while (!waiting.isEmpty() && batch.size() < MOST_ROWS) {
        characters += waiting.getFirst().characters();
        if (characters > MOST_CHARACTERS && !batch.isEmpty()) {
          break;
        }
        batch.add(waiting.removeFirst());
      }
      if (!batch.isEmpty()) {
        underWay++;
      }
      return batch;
    } finally {
      lock.unlock();
    }
  }

  /** A row that the database refuses is looked for by halves, and fails alone. */
  private void flush(List<Waiting> batch) {
    try {
      List<JobInserted> inserted = statement.insert(batch.stream().map(Waiting::row).toList());
      for (int i = 0; i < batch.size(); i++) {
        batch.get(i).outcome.complete(new Outcome.Done(inserted.get(i)));
      }
    } catch (RuntimeException | Error e) {
      boolean refused = e instanceof RiverException r && r.code() == RiverError.ROW_REFUSED;
      if (refused && batch.size() > 1) {
        int half = batch.size() / 2;
        flush(batch.subList(0, half));
        flush(batch.subList(half, batch.size()));
      } else {
        batch.forEach(one -> one.outcome.complete(new Outcome.Failed(e)));
      }
    }
  }

  /** What became of a row. */
  private sealed interface Outcome {
    record Done(JobInserted inserted) implements Outcome {}

    record Failed(Throwable thrown) implements Outcome {}
  }

  /** A row, and its caller's place to wait. */
  private static final class Waiting {
    private final JobInsertParams row;
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
