package dev.gala.river.job;

import java.sql.Connection;
import java.util.Objects;

/** In which transaction something is done: one of its own, or the caller's. */
public sealed interface Tx {
  /** A transaction of the operation's own: done when the call returns. */
  static Tx own() {
    return Own.INSTANCE;
  }

  /**
   * The transaction open on {@code connection}: done if and only if the caller commits it. The
   * connection is never committed, rolled back, closed or reconfigured; one in auto-commit mode is
   * refused with {@link RiverError#CONNECTION_IN_AUTO_COMMIT}.
   */
  static Tx on(Connection connection) {
    return new OnConnection(connection);
  }

  /** A transaction of the operation's own. */
  enum Own implements Tx {
    /** The only one. */
    INSTANCE
  }

  /**
   * The caller's transaction.
   *
   * @param connection the caller's, not in auto-commit mode
   */
  record OnConnection(Connection connection) implements Tx {
    /** Refuses null. */
    public OnConnection {
      Objects.requireNonNull(connection, "connection");
    }
  }
}
