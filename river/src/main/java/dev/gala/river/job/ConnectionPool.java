package dev.gala.river.job;

import java.sql.Connection;

/**
 * Connections to the database of the jobs for what workers do, apart from those the engine works
 * with. Safe for use by many threads.
 */
public interface ConnectionPool extends AutoCloseable {
  /**
   * A connection; closing it gives it back. As it was given: in auto-commit mode, unless it comes
   * from an application's pool that has it otherwise.
   *
   * @throws RiverException with {@link RiverError#DATABASE_UNAVAILABLE} if none can be had
   */
  Connection borrow();

  /** Closes the connections, if they are not an application's. Idempotent. */
  @Override
  void close();
}
