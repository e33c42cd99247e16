package dev.gala.river.postgres;

import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What a failure of the database means, decided by its SQLSTATE: the only place that does. */
final class SqlStates {
  /** Whether the statement that failed was to commit. */
  enum Commit {
    /** It was, so that a connection lost meanwhile leaves the outcome unknown. */
    OURS,
    /** It was not: its transaction is the caller's, and is lost with the connection. */
    NOT_OURS
  }

  /** The classes whose failures may pass: connection, resources, operator (timeout, shutdown). */
  private static final Set<String> TRANSIENT_CLASSES = Set.of("08", "53", "57");

  /**
   * Others that may pass: idle-in-transaction timeout, a standby before its promotion,
   * serialization failure, deadlock, lock not available.
   */
  private static final Set<String> TRANSIENT_STATES =
      Set.of("25006", "25P03", "40001", "40P01", "55P03");

  /** Said before anything was sent: no route, no connection any more, refused. */
  private static final Set<String> NOTHING_SENT = Set.of("08001", "08003", "08004");

  /** Said by the server while it ends the connection: nothing was committed. */
  private static final Set<String> SERVER_GOES = Set.of("57P01", "57P02", "57P03", "57P05");

  /** No such schema, column, type, table, function. */
  private static final Set<String> SCHEMA_MISSING =
      Set.of("3F000", "42703", "42704", "42P01", "42883");

  /** The classes that tell of what is in a row: nothing else about the database is wrong. */
  private static final Set<String> ROW_CLASSES = Set.of("21", "22", "23", "54");

  /** After which nothing is sure of a commit: the operator's doings, the system's and the bugs. */
  private static final Set<String> UNRELIABLE_CLASSES = Set.of("57", "58", "XX");

  private static final String COMPLETION_UNKNOWN = "40003";
  private static final String LOCK_NOT_AVAILABLE = "55P03";
  private static final String QUERY_CANCELED = "57014";
  private static final String INVALID_PARAMETER_VALUE = "22023";
  private static final String UNIQUE_VIOLATION = "23505";

  /** The database is gone for good, unlike what else is in its class. */
  private static final String DATABASE_DROPPED = "57P04";

  private SqlStates() {}

  /** Whether the same statement, sent again later, may succeed. */
  static boolean isTransient(SQLException failure) {
    String state = failure.getSQLState();
    if (state == null || state.length() != 5 || state.equals(DATABASE_DROPPED)) {
      return isInputOutput(failure);
    }
    return TRANSIENT_CLASSES.contains(state.substring(0, 2))
        || TRANSIENT_STATES.contains(state)
        || isInputOutput(failure);
  }

  /** The failure of a statement. */
  static RiverException failure(String doing, SQLException failure, Commit commit) {
    String state = failure.getSQLState();
    String said = doing + " failed: " + described(failure);
    if (isConnectionLost(failure)) {
      if (commit == Commit.OURS && !NOTHING_SENT.contains(state == null ? "" : state)) {
        return new RiverException(
            RiverError.OUTCOME_UNKNOWN,
            said + "; the connection was lost before the answer came, so it may have been done",
            failure,
            true);
      }
      return new RiverException(RiverError.DATABASE_UNAVAILABLE, said, failure, true);
    }
    if (state != null && SERVER_GOES.contains(state)) {
      return new RiverException(RiverError.DATABASE_UNAVAILABLE, said, failure, true);
    }
    if (state != null && SCHEMA_MISSING.contains(state)) {
      return new RiverException(
          RiverError.SCHEMA_OUTDATED,
          said
              + "; River's tables are missing here or too old: run the migrations, or name the"
              + " schema they are in",
          failure);
    }
    if (QUERY_CANCELED.equals(state)) {
      return new RiverException(RiverError.TIMED_OUT, said, failure, true);
    }
    if (LOCK_NOT_AVAILABLE.equals(state)) {
      return new RiverException(RiverError.ROW_LOCKED, said, failure, true);
    }
    if (state != null && state.length() == 5 && ROW_CLASSES.contains(state.substring(0, 2))) {
      return new RiverException(RiverError.ROW_REFUSED, said, failure);
    }
    return new RiverException(RiverError.DATABASE, said, failure, isTransient(failure));
  }

  /**
   * The failure of a commit. Only what the server says of the transaction is believed: where it
   * ends the connection, or nothing came of it, the commit may have gone before.
   */
  static RiverException notCommitted(String doing, SQLException failure) {
    String state = failure.getSQLState();
    boolean told =
        state != null
            && state.length() == 5
            && !isConnectionLost(failure)
            && !UNRELIABLE_CLASSES.contains(state.substring(0, 2));
    if (told && !state.equals(COMPLETION_UNKNOWN)) {
      return failure(doing, failure, Commit.NOT_OURS);
    }
    return new RiverException(
        RiverError.OUTCOME_UNKNOWN,
        doing
            + ": no answer came that can be relied on, so it may have been done: "
            + described(failure),
        failure,
        true);
  }

  /**
   * The failure of a statement that brings one job into another state: another row may hold its
   * key.
   *
   * @return what to throw instead
   * @throws SQLException {@code failure}, where it is of another kind
   */
  static RiverException uniqueConflict(String doing, long id, SQLException failure)
      throws SQLException {
    if (!UNIQUE_VIOLATION.equals(failure.getSQLState())) {
      throw failure;
    }
    return new RiverException(
        RiverError.UNIQUE_CONFLICT,
        doing
            + " job "
            + id
            + " failed: another job with the same unique key is in a state that blocks it ("
            + described(failure)
            + "): wait for that job's end, cancel it or delete it first",
        failure);
  }

  /**
   * No connection could be had from a database that was opened before: that passes, for nothing was
   * wrong then.
   *
   * @param location host, port and database
   */
  static RiverException unavailable(String doing, String location, SQLException failure) {
    if (failure instanceof SQLTransientConnectionException && failure.getCause() == null) {
      return new RiverException(
          RiverError.DATABASE_UNAVAILABLE,
          doing
              + " failed: every connection to "
              + location
              + " was busy for as long as is waited: do less at once, or raise maxConnections",
          failure,
          true);
    }
    return new RiverException(
        RiverError.DATABASE_UNAVAILABLE,
        doing + " failed: no connection to " + location + ": " + described(rootOf(failure)),
        failure,
        true);
  }

  /**
   * The first connection could not be had.
   *
   * @param location host, port and database
   */
  static RiverException notOpened(String location, SQLException failure) {
    SQLException root = rootOf(failure);
    if (INVALID_PARAMETER_VALUE.equals(root.getSQLState())) {
      return new RiverException(
          RiverError.DATABASE_URL_INVALID,
          "a parameter in the URL of " + location + " is wrong: " + described(root),
          failure);
    }
    return new RiverException(
        RiverError.DATABASE_UNAVAILABLE,
        "no connection to " + location + ": " + described(root),
        failure,
        isTransient(root));
  }

  private static boolean isConnectionLost(SQLException failure) {
    String state = failure.getSQLState();
    return (state != null && state.startsWith("08")) || isInputOutput(failure);
  }

  private static boolean isInputOutput(SQLException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException) {
        return true;
      }
    }
    return false;
  }

  /** A pool wraps the server's words in its own. */
  private static SQLException rootOf(SQLException failure) {
    SQLException root = failure;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sqlFailure && sqlFailure.getSQLState() != null) {
        root = sqlFailure;
      }
    }
    return root;
  }

  static String described(SQLException failure) {
    String state = failure.getSQLState();
    return (state == null ? "" : "SQLSTATE " + state + ": ") + words(failure);
  }

  private static @Nullable String words(SQLException failure) {
    if (failure instanceof PSQLException postgres) {
      ServerErrorMessage server = postgres.getServerErrorMessage();
      if (server != null && server.getMessage() != null) {
        return server.getMessage();
      }
    }
    return failure.getMessage();
  }
}
