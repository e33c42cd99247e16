package dev.gala.river.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A transaction of its own for each piece of work, on a connection of the driver's. On a connection
 * in auto-commit mode, which the driver's own are, a piece of work must be one statement; a
 * borrowed connection that is not is committed.
 */
final class OwnTransactions implements Transactions {
  private static final Logger LOG = LoggerFactory.getLogger(OwnTransactions.class);

  /** Where connections for one kind of work come from. */
  @FunctionalInterface
  interface Source {
    Connection borrow() throws SQLException;
  }

  private final Source source;
  private final AnswerLimit answers;
  private final String location;

  /** As the other, on connections that come with a limit. */
  OwnTransactions(Source source, String location) {
    this(source, AnswerLimit.NONE, location);
  }

  /**
   * Transactions on connections of {@code source}.
   *
   * @param answers how long an answer may take where they do not say
   * @param location where they lead, for messages
   */
  OwnTransactions(Source source, AnswerLimit answers, String location) {
    this.source = source;
    this.answers = answers;
    this.location = location;
  }

  @Override
  public <T> T run(String doing, SqlWork<T> work) {
    return run(doing, false, work);
  }

  @Override
  public <T> T runMany(String doing, SqlWork<T> work) {
    return run(doing, true, work);
  }

  private <T> T run(String doing, boolean manyStatements, SqlWork<T> work) {
    Connection connection;
    try {
      connection = source.borrow();
    } catch (SQLException e) {
      throw SqlStates.unavailable(doing, location, e);
    }
    boolean limited = answers.set(connection);
    try {
      return inTransaction(connection, manyStatements, work);
    } catch (SQLException e) {
      if (SqlStates.isOfFullQueue(e)) {
        advanceQueue(connection);
      }
      throw SqlStates.failure(doing, e, SqlStates.Commit.OURS);
    } finally {
      if (limited) {
        AnswerLimit.lift(connection);
      }
      giveBack(connection);
    }
  }

  private static <T> T inTransaction(Connection connection, boolean manyStatements, SqlWork<T> work)
      throws SQLException {
    boolean autoCommit = connection.getAutoCommit();
    if (autoCommit && !manyStatements) {
      return work.run(connection);
    }
    if (autoCommit) {
      connection.setAutoCommit(false);
    }
    boolean done = false;
    try {
      T result = work.run(connection);
      connection.commit();
      done = true;
      return result;
    } finally {
      if (!done) {
        rollBack(connection);
      }
      if (autoCommit) {
        restoreAutoCommit(connection);
      }
    }
  }

  private static void rollBack(Connection connection) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      LOG.debug("rolling back failed; the failure before it is the one reported", e);
    }
  }

  /**
   * What nobody has to read any more is let go of, or a full queue stays full: PostgreSQL does so
   * when a notification is sent, which now none can be, or when it is asked how full it is.
   */
  private static void advanceQueue(Connection connection) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(NotificationSql.QUEUE_USAGE);
      if (!connection.getAutoCommit()) {
        connection.rollback();
      }
    } catch (SQLException e) {
      LOG.debug("looking at the queue of notifications failed", e);
    }
  }

  private static void restoreAutoCommit(Connection connection) {
    try {
      connection.setAutoCommit(true);
    } catch (SQLException e) {
      LOG.debug("a connection could not be put back into auto-commit mode; it is broken", e);
    }
  }

  /** What was committed stays committed, whatever closing says. */
  private static void giveBack(Connection connection) {
    try {
      connection.close();
    } catch (SQLException | RuntimeException e) {
      LOG.debug("closing a connection failed", e);
    }
  }
}
