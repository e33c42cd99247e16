package dev.gala.river;

import dev.gala.river.driver.Driver;
import dev.gala.river.driver.Executor;
import dev.gala.river.internal.control.Limits;
import dev.gala.river.internal.control.Transactions;
import dev.gala.river.job.Queue;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.river.job.Tx;
import dev.gala.river.json.GoJson;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The queues of a database that clients work, or worked within the last day: to look at, pause and
 * resume for all clients, of whatever language. Each operation is a transaction of its own, or part
 * of the caller's. Safe for use by many threads; good as long as its database is open.
 *
 * <p>A queue is here once a client has worked it: one that has only been inserted into is not.
 *
 * <p>Every operation throws {@link RiverException} with {@link
 * RiverError#CONNECTION_IN_AUTO_COMMIT} if the caller's connection has no transaction, and with
 * what the database says.
 */
public final class Queues {
  /** The name that stands for every queue where queues are paused and resumed. */
  public static final String ALL = Executor.ALL_QUEUES;

  /** As many as are listed if nothing is said. */
  public static final int DEFAULT_LIMIT = 100;

  /** The most listed at once. */
  public static final int MAX_LIMIT = 10_000;

  private final Driver driver;

  Queues(Driver driver) {
    this.driver = driver;
  }

  /** {@link #get(String, Tx)} in a transaction of its own. */
  public Queue get(String name) {
    return get(name, Tx.own());
  }

  /**
   * The row of a queue.
   *
   * @throws RiverException with {@link RiverError#NOT_FOUND} if there is none
   */
  public Queue get(String name, Tx tx) {
    return found(name, in(tx).queueGet(name));
  }

  /** The first {@value #DEFAULT_LIMIT} queues by name, in a transaction of its own. */
  public List<Queue> list() {
    return list(DEFAULT_LIMIT, Tx.own());
  }

  /**
   * The first queues by name.
   *
   * @param limit at most so many: 1 to {@value #MAX_LIMIT}
   * @throws RiverException with {@link RiverError#PARAMS_INVALID} if the limit is out of bounds
   */
  public List<Queue> list(int limit, Tx tx) {
    Limits.check(limit, MAX_LIMIT);
    return in(tx).queueList(limit);
  }

  /** {@link #pause(String, Tx)} in a transaction of its own. */
  public void pause(String name) {
    pause(name, Tx.own());
  }

  /**
   * Pauses a queue: no client fetches from it any more, running jobs go on, jobs may be inserted.
   * One that is paused already keeps its time.
   *
   * @param name a queue, or {@link #ALL}
   * @throws RiverException with {@link RiverError#NOT_FOUND} if there is no such queue; never for
   *     all
   */
  public void pause(String name, Tx tx) {
    require(name, in(tx).queuePause(name));
  }

  /** {@link #resume(String, Tx)} in a transaction of its own. */
  public void resume(String name) {
    resume(name, Tx.own());
  }

  /**
   * Ends a queue's pause.
   *
   * @param name a queue, or {@link #ALL}
   * @throws RiverException with {@link RiverError#NOT_FOUND} if there is no such queue; never for
   *     all
   */
  public void resume(String name, Tx tx) {
    require(name, in(tx).queueResume(name));
  }

  /** {@link #update(String, String, Tx)} in a transaction of its own. */
  public Queue update(String name, @Nullable String metadata) {
    return update(name, metadata, Tx.own());
  }

  /**
   * Replaces a queue's metadata, and tells its clients.
   *
   * @param metadata a JSON object as text; null leaves them, and tells nobody
   * @return the row now
   * @throws RiverException with {@link RiverError#NOT_FOUND} if there is no such queue, {@link
   *     RiverError#PARAMS_INVALID} if the metadata are no JSON object
   */
  public Queue update(String name, @Nullable String metadata, Tx tx) {
    if (metadata != null && !GoJson.isObject(metadata)) {
      throw new RiverException(
          RiverError.PARAMS_INVALID,
          "the metadata of queue \""
              + name
              + "\" are no JSON object: give one, such as {\"a\": 1}");
    }
    return found(name, in(tx).queueUpdate(name, metadata));
  }

  private static Queue found(String name, @Nullable Queue queue) {
    if (queue == null) {
      throw unknown(name);
    }
    return queue;
  }

  private static void require(String name, boolean found) {
    if (!found) {
      throw unknown(name);
    }
  }

  private static RiverException unknown(String name) {
    return new RiverException(
        RiverError.NOT_FOUND,
        "there is no queue \"" + name + "\": a queue is there once a client works it");
  }

  private Executor in(Tx tx) {
    return Transactions.in(driver, tx);
  }
}
