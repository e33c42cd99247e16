package dev.gala.river.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;

/** Transactions with a time limit that the database itself keeps. */
final class LimitedTransactions {
  private final Transactions transactions;

  /** Transactions of {@code transactions}, each limited. */
  LimitedTransactions(Transactions transactions) {
    this.transactions = transactions;
  }

  /**
   * Runs {@code work} in a transaction of which no statement takes longer than {@code limit}.
   *
   * @param doing what it does, for the message if it fails
   * @param limit at least 1 ms
   * @throws dev.gala.river.job.RiverException if it fails; with {@link
   *     dev.gala.river.job.RiverError#TIMED_OUT} or {@link
   *     dev.gala.river.job.RiverError#ROW_LOCKED} if it took too long
   */
  <T> T run(String doing, Duration limit, SqlWork<T> work) {
    return transactions.runMany(
        doing,
        connection -> {
          limit(connection, limit);
          return work.run(connection);
        });
  }

  private static void limit(Connection connection, Duration limit) throws SQLException {
    String millis = String.valueOf(Math.clamp(limit.toMillis(), 1, Integer.MAX_VALUE));
    try (PreparedStatement statement = connection.prepareStatement(SessionSql.LIMIT)) {
      statement.setString(1, millis);
      statement.setString(2, millis);
      statement.setString(3, millis);
      statement.execute();
    }
  }
}
