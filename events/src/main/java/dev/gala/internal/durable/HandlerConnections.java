package dev.gala.internal.durable;

import dev.gala.river.job.ConnectionPool;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of transactional listeners: so many at once and no more, in the order asked for,
 * so that a pool of the application's keeps some for claims and completions. Opened when the first
 * is asked for. Safe for use by many threads.
 */
public final class HandlerConnections implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HandlerConnections.class);

  /** Beyond this no answer is waited for when a transaction ends. */
  private static final int ANSWER_MILLIS = 60_000;

  private final Semaphore permits;
  private final Supplier<ConnectionPool> source;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable ConnectionPool pool;
  private boolean closed;

  /**
   * At most {@code max}, of a pool that {@code source} opens.
   *
   * @param source asked once, if at all
   */
  public HandlerConnections(int max, Supplier<ConnectionPool> source) {
    this.permits = new Semaphore(max, true);
    this.source = source;
  }

  /**
   * A connection in a transaction, which nothing has been done in. Waits as long as it takes for
   * another to be given back: an event that waits is not failing.
   *
   * @throws InterruptedException if the waiting thread is told to end
   * @throws RiverException if none can be had
   */
  Lease borrow() throws InterruptedException {
    permits.acquire();
    boolean lent = false;
    try {
      Lease lease = new Lease(pool().borrow());
      lent = true;
      return lease;
    } finally {
      if (!lent) {
        permits.release();
      }
    }
  }

  private ConnectionPool pool() {
    lock.lock();
    try {
      if (closed) {
        throw new RiverException(RiverError.CLIENT_STATE, "the runtime is closed");
      }
      if (pool == null) {
        pool = source.get();
      }
      return pool;
    } finally {
      lock.unlock();
    }
  }

  /** Closes the connections. Idempotent. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      if (pool != null) {
        pool.close();
      }
    } finally {
      lock.unlock();
    }
  }

  /** A connection that is to be given back as it came. */
  final class Lease {
    private final Connection connection;
    private final boolean autoCommit;
    private final int answerMillis;
    private final AtomicBoolean returned = new AtomicBoolean();

    private Lease(Connection connection) {
      this.connection = connection;
      try {
        autoCommit = connection.getAutoCommit();
        answerMillis = connection.getNetworkTimeout();
        if (autoCommit) {
          connection.setAutoCommit(false);
        }
      } catch (SQLException e) {
        abort();
        throw new RiverException(
            RiverError.DATABASE_UNAVAILABLE,
            "a connection for a listener cannot be used: " + e.getMessage(),
            e,
            true);
      }
    }

    Connection connection() {
      return connection;
    }

    /** From now on an answer is waited for no longer than a minute. */
    void limitAnswers() {
      try {
        if (answerMillis == 0 || answerMillis > ANSWER_MILLIS) {
          connection.setNetworkTimeout(Runnable::run, ANSWER_MILLIS);
        }
      } catch (SQLException e) {
        LOG.debug(
            "a connection that may be broken takes no limit; ending its transaction tells", e);
      }
    }

    /** Rolls back what is not committed, and gives the connection back. Idempotent. */
    void giveBack() {
      if (!returned.compareAndSet(false, true)) {
        return;
      }
      try {
        // Before all else: to change the mode in a transaction would commit it.
        connection.rollback();
        if (autoCommit) {
          connection.setAutoCommit(true);
        }
        connection.setNetworkTimeout(Runnable::run, answerMillis);
        connection.close();
      } catch (SQLException e) {
        LOG.debug("a listener's connection is broken, and dropped", e);
        abort();
      } finally {
        permits.release();
      }
    }

    /** Breaks the connection, whoever is using it. Idempotent; never fails. */
    void discard() {
      if (returned.compareAndSet(false, true)) {
        abort();
        permits.release();
      }
    }

    private void abort() {
      try {
        connection.abort(Runnable::run);
        connection.close();
      } catch (SQLException e) {
        LOG.debug("a broken connection cannot be closed any better", e);
      }
    }
  }
}
