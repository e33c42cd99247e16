package dev.gala.river.postgres;

import dev.gala.river.job.ConnectionPool;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Connections for what workers do.
 *
 * @param source lends them
 * @param location where they lead, for messages
 * @param closing gives back what is the driver's own
 */
record WorkConnections(OwnTransactions.Source source, String location, Runnable closing)
    implements ConnectionPool {
  @Override
  public Connection borrow() {
    try {
      return source.borrow();
    } catch (SQLException e) {
      throw SqlStates.unavailable("taking a connection for a worker", location, e);
    }
  }

  @Override
  public void close() {
    closing.run();
  }
}
