package dev.gala.river.postgres;

import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;

/** The transaction open on the caller's connection, of which nothing is changed. */
final class CallerTransaction implements Transactions {
  private final Connection connection;

  /** Refuses a connection without a transaction, and one to another kind of database. */
  CallerTransaction(Connection connection) {
    this.connection = connection;
    try {
      if (!connection.isWrapperFor(PGConnection.class)) {
        throw new RiverException(
            RiverError.CONFIG_INVALID,
            "the connection given is a "
                + connection.getClass().getName()
                + ", not one to PostgreSQL: give one whose unwrap(org.postgresql.PGConnection.class)"
                + " works");
      }
      if (connection.getAutoCommit()) {
        throw new RiverException(
            RiverError.CONNECTION_IN_AUTO_COMMIT,
            "the connection given has no open transaction, for it is in auto-commit mode: call"
                + " connection.setAutoCommit(false) first, and commit when your own work is done");
      }
    } catch (SQLException e) {
      throw SqlStates.failure("looking at the connection given", e, SqlStates.Commit.NOT_OURS);
    }
  }

  @Override
  public <T> T run(String doing, SqlWork<T> work) {
    try {
      return work.run(connection);
    } catch (SQLException e) {
      throw SqlStates.failure(doing, e, SqlStates.Commit.NOT_OURS);
    }
  }

  @Override
  public <T> T runMany(String doing, SqlWork<T> work) {
    return run(doing, work);
  }
}
