package dev.gala.river.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long an answer may take on connections that say nothing of it. Without a limit a server that
 * vanished without a word is waited for for ever. The server is told nothing of it.
 */
final class AnswerLimit {
  private static final Logger LOG = LoggerFactory.getLogger(AnswerLimit.class);

  /** For connections that come with one. */
  static final AnswerLimit NONE = new AnswerLimit(Duration.ZERO);

  /** For those of somebody's pool: as long as an answer may take on the driver's own. */
  static final AnswerLimit USUAL = new AnswerLimit(DirectConnections.ANSWER_TIMEOUT);

  private final int millis;

  /** A limit; zero means none. */
  AnswerLimit(Duration limit) {
    millis = Math.toIntExact(limit.toMillis());
  }

  /**
   * Sets it on the first connection of a pool, and says so where that cannot be done.
   *
   * @param location of the pool, for the message
   * @return as {@link #set}
   */
  boolean setFirst(Connection connection, String location) {
    try {
      return apply(connection);
    } catch (SQLException | AbstractMethodError e) {
      LOG.warn(
          "connections to {} take no network timeout, so that a server which vanishes without a word"
              + " is waited for for ever: set one in the DataSource (pgjdbc's socketTimeout)",
          location,
          e);
      return false;
    }
  }

  /**
   * Sets it, unless the connection has a limit of its own.
   *
   * @return whether it is to be lifted before the connection is given back
   */
  boolean set(Connection connection) {
    try {
      return apply(connection);
    } catch (SQLException | AbstractMethodError e) {
      LOG.debug("a connection took no network timeout", e);
      return false;
    }
  }

  private boolean apply(Connection connection) throws SQLException {
    if (millis == 0 || connection.getNetworkTimeout() != 0) {
      return false;
    }
    connection.setNetworkTimeout(Runnable::run, millis);
    return true;
  }

  /** Takes it from a connection it was set on. */
  static void lift(Connection connection) {
    try {
      connection.setNetworkTimeout(Runnable::run, 0);
    } catch (SQLException e) {
      LOG.debug("a connection's network timeout could not be lifted; it is broken", e);
    }
  }
}
