package dev.gala.river.postgres;

import java.sql.Connection;
import java.sql.SQLException;

/** Something done on a connection, in a transaction that others begin and end. */
@FunctionalInterface
interface SqlWork<T> {
  /** Does it. */
  T run(Connection connection) throws SQLException;
}
