package dev.gala.river.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Connections of data sources that may fail in any way. */
final class Borrowing {
  private static final String NOT_CONNECTED = "08001";

  private Borrowing() {}

  /**
   * A connection. A data source that fetches a token, or protects itself, throws what it likes
   * where there is none: nothing was sent then, as with any other failure to connect.
   */
  static Connection from(DataSource dataSource) throws SQLException {
    @Nullable Connection connection;
    try {
      connection = dataSource.getConnection();
    } catch (RuntimeException e) {
      throw new SQLNonTransientConnectionException(
          "the " + dataSource.getClass().getName() + " failed: " + e, NOT_CONNECTED, e);
    }
    if (connection == null) {
      throw new SQLNonTransientConnectionException(
          "the " + dataSource.getClass().getName() + " gave no connection", NOT_CONNECTED);
    }
    return connection;
  }
}
