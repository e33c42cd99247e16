package dev.gala.river.postgres;

import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sessions with the server itself, for what cannot be in a transaction, takes long, and waits for
 * whoever uses a table: in auto-commit mode, and without the timeouts of others. Safe for use by
 * many threads.
 */
final class Sessions {
  private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

  /** How long what takes no time may take. */
  static final Duration LOOK_LIMIT = Duration.ofSeconds(10);

  /** The server is to end first what takes too long, and to be heard saying so. */
  private static final Duration MARGIN = Duration.ofSeconds(10);

  private final Connections connections;

  /** Sessions where {@code connections} listen. */
  Sessions(Connections connections) {
    this.connections = connections;
  }

  /** Something done by statements outside of transactions. */
  @FunctionalInterface
  interface Step {
    void run(Connection connection, Statement statement) throws SQLException;
  }

  /**
   * Does something on a session of its own.
   *
   * @param doing what, for the message if it fails
   * @param orElse what to do where there are no sessions, beside giving a way to them
   * @param limit how long an answer may take, by {@code step}'s own settings; null means any time
   */
  void run(String doing, String orElse, @Nullable Duration limit, Step step) {
    ListeningPlace server = connections.listening();
    if (server.dataSource() == null) {
      throw new RiverException(
          RiverError.CONFIG_INVALID,
          doing
              + " needs a session, and through a transaction pooler there is none: give"
              + " RiverDatabase.Builder.listenUrl a URL that leads to the server itself, or "
              + orElse);
    }
    try (Connection connection = server.connect()) {
      int patience = connection.getNetworkTimeout();
      setPatience(connection, LOOK_LIMIT);
      var before = new Before(connection.getAutoCommit(), patience, timeouts(connection));
      try (Statement statement = connection.createStatement()) {
        connection.setAutoCommit(true);
        statement.execute(SessionSql.NO_TIMEOUTS);
        setPatience(connection, limit == null ? Duration.ZERO : limit.plus(MARGIN));
        step.run(connection, statement);
      } finally {
        restore(connection, before);
      }
    } catch (SQLException e) {
      throw SqlStates.failure(doing, e, SqlStates.Commit.OURS);
    }
  }

  /**
   * How a connection was.
   *
   * @param autoCommit its mode
   * @param patience how long it waits for an answer
   * @param timeouts the statements that bring its session's back
   */
  private record Before(boolean autoCommit, int patience, String timeouts) {}

  private static String timeouts(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(SessionSql.TIMEOUTS)) {
      row.next();
      return row.getString(1);
    }
  }

  /** The connection may be somebody's pool's. What went wrong before this is what is reported. */
  private static void restore(Connection connection, Before before) {
    try (Statement statement = connection.createStatement()) {
      setPatience(connection, LOOK_LIMIT);
      statement.execute(before.timeouts());
      connection.setNetworkTimeout(Runnable::run, before.patience());
      connection.setAutoCommit(before.autoCommit());
    } catch (SQLException e) {
      LOG.debug("a session's timeouts could not be restored; it is broken", e);
    }
  }

  private static void setPatience(Connection connection, Duration patience) throws SQLException {
    int millis = Math.clamp(patience.toMillis(), 0, Integer.MAX_VALUE);
    connection.setNetworkTimeout(Runnable::run, millis);
  }
}
