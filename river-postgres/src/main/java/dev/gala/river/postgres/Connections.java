package dev.gala.river.postgres;

import dev.gala.river.job.ConnectionPool;
import java.sql.Connection;
import java.sql.SQLException;

/** Where the driver's connections come from. Safe for use by many threads. */
interface Connections extends AutoCloseable {
  /** One for the engine's own work, which waits for nobody else's; closing gives it back. */
  Connection borrow() throws SQLException;

  /** One for heartbeats, which is kept and waits for nobody; closing gives it back. */
  Connection borrowToBeat() throws SQLException;

  /** One for an application's insert; closing gives it back. */
  Connection borrowToInsert() throws SQLException;

  /**
   * One for the application to keep: of ours, without a limit on how long an answer takes; of the
   * application's, as its pool gives it.
   */
  Connection borrowToKeep() throws SQLException;

  /** For what workers do: a pool of its own with at most so many, or the application's. */
  ConnectionPool pool(int max);

  /** What limits how long an answer may take to what is borrowed for the engine and for inserts. */
  AnswerLimit answers();

  /** Where to listen. */
  ListeningPlace listening();

  /** Where they lead, for messages: never with a password. */
  String location();

  /** Closes what is open and the driver's own. */
  @Override
  void close();
}
