package dev.gala.river.postgres;

import java.sql.Connection;
import java.sql.SQLException;

/** Where the driver's connections come from. Safe for use by many threads. */
interface Connections extends AutoCloseable {
  /** One for a piece of work; closing gives it back. */
  Connection borrow() throws SQLException;

  /** One to keep for listening. */
  Connection borrowToListen() throws SQLException;

  /** Where they lead, for messages: never with a password. */
  String location();

  /** Closes what is open and the driver's own. */
  @Override
  void close();
}
