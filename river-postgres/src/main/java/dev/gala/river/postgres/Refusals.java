package dev.gala.river.postgres;

import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The jobs for which statements of one kind are refused, as by somebody's trigger, constraint or
 * foreign key. They are found, told of, and passed over for a while, so that they keep nothing from
 * the others. Safe for many threads.
 */
final class Refusals {
  private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
  private static final int MOST_AT_ONCE = 100;
  private static final int MOST = 10_000;
  private static final long BETWEEN_WARNINGS = TimeUnit.MINUTES.toNanos(1);

  private final String doing;
  private final Duration memory;
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<Long> known = new LinkedHashSet<>();
  private long oldest;
  private boolean warned;
  private long lastWarning;

  /**
   * None yet.
   *
   * @param doing what is refused, for the log
   * @param memory how long they are passed over
   */
  Refusals(String doing, Duration memory) {
    this.doing = doing;
    this.memory = memory;
  }

  /** The jobs to pass over. */
  List<Long> known() {
    lock.lock();
    try {
      if (System.nanoTime() - oldest > memory.toNanos()) {
        known.clear();
      }
      return List.copyOf(known);
    } finally {
      lock.unlock();
    }
  }

  /** Does something with all rows at once or, where one of them refuses that, in parts. */
  static <T> T orInParts(Supplier<T> atOnce, Supplier<T> inParts) {
    try {
      return atOnce.get();
    } catch (RiverException e) {
      if (e.code() != RiverError.ROW_REFUSED) {
        throw e;
      }
      LOG.debug("trying again in parts", e);
      return inParts.get();
    }
  }

  /** What is done with some jobs. */
  @FunctionalInterface
  interface Part<T> {
    T run(Connection connection, List<Long> ids) throws SQLException;
  }

  /**
   * What was done.
   *
   * @param parts what came of the parts
   * @param more whether there is something left that was not tried, because too much was refused
   */
  record Done<T>(List<T> parts, boolean more) {}

  /**
   * Does something with as many of these jobs as allow it, in halves, each behind a savepoint.
   *
   * @param connection with an open transaction
   */
  <T> Done<T> inParts(Connection connection, List<Long> ids, Part<T> part) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      // What is refused only at the commit is refused by nobody in particular.
      statement.execute("set constraints all immediate");
    }
    var done = new ArrayList<T>();
    var left = new ArrayDeque<List<Long>>();
    left.push(ids);
    int found = 0;
    while (!left.isEmpty() && found < MOST_AT_ONCE) {
      List<Long> next = left.pop();
      Savepoint savepoint = connection.setSavepoint();
      try {
        done.add(part.run(connection, next));
      } catch (SQLException e) {
        if (!SqlStates.isOfTheRow(e)) {
          throw e;
        }
        connection.rollback(savepoint);
        int half = next.size() / 2;
        if (half == 0) {
          found++;
          add(next.getFirst(), e);
        } else {
          left.push(next.subList(half, next.size()));
          left.push(next.subList(0, half));
        }
      }
      connection.releaseSavepoint(savepoint);
    }
    return new Done<>(done, !left.isEmpty());
  }

  private void add(long id, SQLException refusal) {
    lock.lock();
    try {
      long now = System.nanoTime();
      if (known.isEmpty() || known.size() >= MOST) {
        known.clear();
        oldest = now;
      }
      known.add(id);
      boolean loud = !warned || now - lastWarning > BETWEEN_WARNINGS;
      if (loud) {
        warned = true;
        lastWarning = now;
      }
      LOG.atLevel(loud ? Level.WARN : Level.DEBUG)
          .log(
              "{} job {} is refused, and it is passed over for {} ({} such jobs): {}",
              doing,
              id,
              memory,
              known.size(),
              SqlStates.described(refusal));
    } finally {
      lock.unlock();
    }
  }
}
