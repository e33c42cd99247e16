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

  /** The classes whose failures may pass: connection, rollback, resources, operator, snapshot. */
  private static final Set<String> TRANSIENT_CLASSES = Set.of("08", "40", "53", "57", "72");

  /**
   * Others that may pass: a standby before its promotion, the timeouts of idle and of long
   * transactions, an object in use, a lock not available.
   */
  private static final Set<String> TRANSIENT_STATES =
      Set.of("25006", "25P03", "25P04", "55006", "55P03");

  /**
   * Not so, unlike what else is in their classes: a constraint checked at the commit, a database
   * that is gone for good.
   */
  private static final Set<String> PERMANENT_STATES = Set.of("40002", "57P04");

  /** Said before anything was sent: no route, no connection any more, refused. */
  private static final Set<String> NOTHING_SENT = Set.of("08001", "08003", "08004");

  /** Said by the server while it ends the connection: nothing was committed. */
  private static final Set<String> SERVER_GOES =
      Set.of("25P03", "25P04", "57P01", "57P02", "57P03", "57P05");

  /** No such schema, column, type, table, index to infer, function. */
  private static final Set<String> SCHEMA_MISSING =
      Set.of("3F000", "42703", "42704", "42P01", "42P10", "42883");

  /**
   * The classes that tell of what is in a row, and of nothing else that were wrong with the
   * database: data, constraints and limits; what triggers, their functions and checks of views say;
   * 45, which others use for that.
   */
  private static final Set<String> ROW_CLASSES =
      Set.of("09", "21", "22", "23", "27", "2F", "38", "39", "44", "45", "54", "P0");

  /** After which nothing is sure of a commit: the operator's doings, the system's and the bugs. */
  private static final Set<String> UNRELIABLE_CLASSES = Set.of("57", "58", "XX");

  /** The classes beyond the standard's that are taken: PostgreSQL's, its driver's, ODBC's. */
  private static final Set<String> TAKEN_CLASSES =
      Set.of("53", "54", "55", "57", "58", "72", "99", "IM", "P0", "S1", "XX");

  private static final String COMPLETION_UNKNOWN = "40003";
  private static final String DEADLOCK = "40P01";
  private static final String INTEGRITY_AT_COMMIT = "40002";
  private static final String PROGRAM_LIMIT_EXCEEDED = "54000";
  private static final String READ_ONLY = "25006";
  private static final String LOCK_NOT_AVAILABLE = "55P03";
  private static final String QUERY_CANCELED = "57014";
  private static final String INVALID_PARAMETER_VALUE = "22023";
  private static final String TRANSACTION_FAILED = "25P02";
  private static final String UNIQUE_VIOLATION = "23505";

  private SqlStates() {}

  /** Whether the same statement, sent again later, may succeed. */
  static boolean isTransient(SQLException failure) {
    String state = stateOf(failure);
    boolean passes =
        TRANSIENT_STATES.contains(state)
            || (TRANSIENT_CLASSES.contains(classOf(state)) && !PERMANENT_STATES.contains(state));
    return passes || isInputOutput(failure) || isOfFullQueue(failure);
  }

  /** The failure of a statement. */
  static RiverException failure(String doing, SQLException failure, Commit commit) {
    String state = stateOf(failure);
    String said = doing + " failed: " + described(failure);
    if (isConnectionLost(failure) || state.equals(COMPLETION_UNKNOWN)) {
      return lost(said, failure, commit);
    }
    if (SERVER_GOES.contains(state)) {
      return new RiverException(RiverError.DATABASE_UNAVAILABLE, said, failure, true);
    }
    if (state.equals(READ_ONLY)) {
      return new RiverException(
          RiverError.DATABASE_UNAVAILABLE,
          said
              + "; the database can only be read, like a standby before its promotion: if that does"
              + " not pass, connect to one that can be written to",
          failure,
          true);
    }
    if (SCHEMA_MISSING.contains(state)) {
      return new RiverException(
          RiverError.SCHEMA_OUTDATED,
          said
              + "; River's tables are missing here or too old: run the migrations, or name the"
              + " schema they are in",
          failure);
    }
    if (state.equals(QUERY_CANCELED)) {
      return new RiverException(RiverError.TIMED_OUT, said, failure, true);
    }
    if (state.equals(LOCK_NOT_AVAILABLE)) {
      return new RiverException(RiverError.ROW_LOCKED, said, failure, true);
    }
    if (isOfFullQueue(failure)) {
      return new RiverException(
          RiverError.DATABASE,
          said + "; a session that listens has been in one transaction for too long: end it",
          failure,
          true);
    }
    if (isOfTheRow(state)) {
      return new RiverException(RiverError.ROW_REFUSED, said, failure);
    }
    if (TRANSACTION_FAILED.equals(state)) {
      return new RiverException(
          RiverError.DATABASE,
          said
              + "; a statement before it failed, and whoever sent that went on: let its failure end"
              + " the transaction, or set a savepoint before it and roll back to that",
          failure);
    }
    return new RiverException(RiverError.DATABASE, said, failure, isTransient(failure));
  }

  /** The failure of a statement whose answer did not come. */
  private static RiverException lost(String said, SQLException failure, Commit commit) {
    if (commit == Commit.OURS && !NOTHING_SENT.contains(stateOf(failure))) {
      return new RiverException(
          RiverError.OUTCOME_UNKNOWN,
          said + "; the connection was lost before the answer came, so it may have been done",
          failure);
    }
    return new RiverException(RiverError.DATABASE_UNAVAILABLE, said, failure, true);
  }

  /**
   * The failure of a commit. Only what the server says of the transaction is believed: where it
   * ends the connection, or nothing came of it, the commit may have gone before.
   */
  static RiverException notCommitted(String doing, SQLException failure) {
    String state = stateOf(failure);
    boolean told =
        !state.isEmpty()
            && !isConnectionLost(failure)
            && !UNRELIABLE_CLASSES.contains(classOf(state));
    if (told && !state.equals(COMPLETION_UNKNOWN)) {
      return failure(doing, failure, Commit.NOT_OURS);
    }
    return new RiverException(
        RiverError.OUTCOME_UNKNOWN,
        doing
            + ": no answer came that can be relied on, so it may have been done: "
            + described(failure),
        failure);
  }

  /**
   * The failure of a statement that brings one job into another state: another row may hold its
   * key.
   *
   * @return what to throw instead
   * @throws SQLException {@code failure}, where it is of another kind
   */
  static RiverException uniqueConflict(String doing, SQLException failure) throws SQLException {
    if (!UNIQUE_VIOLATION.equals(failure.getSQLState())) {
      throw failure;
    }
    return new RiverException(
        RiverError.UNIQUE_CONFLICT,
        doing
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

  /** Of five characters, or empty. */
  private static String stateOf(SQLException failure) {
    String state = failure.getSQLState();
    return state == null || state.length() != 5 ? "" : state;
  }

  private static String classOf(String state) {
    return state.isEmpty() ? "" : state.substring(0, 2);
  }

  /** What nobody has taken of what the standard leaves to others is a trigger's own. */
  private static boolean isOfTheRow(String state) {
    String itsClass = classOf(state);
    if (ROW_CLASSES.contains(itsClass) || state.equals(INTEGRITY_AT_COMMIT)) {
      return true;
    }
    char first = state.isEmpty() ? '0' : state.charAt(0);
    boolean ofOthers = (first >= '5' && first <= '9') || (first >= 'I' && first <= 'Z');
    return ofOthers && !TAKEN_CLASSES.contains(itsClass);
  }

  /** Whether a statement failed for what is in a row. */
  static boolean isOfTheRow(SQLException failure) {
    return failure("", failure, Commit.OURS).code() == RiverError.ROW_REFUSED;
  }

  /** Whether a statement was ended because it and another one waited for each other. */
  static boolean isDeadlock(SQLException failure) {
    return stateOf(failure).equals(DEADLOCK);
  }

  /** Whether a lock was not to be had in the time that is waited for it. */
  static boolean isLocked(SQLException failure) {
    return stateOf(failure).equals(LOCK_NOT_AVAILABLE);
  }

  /** The queue of notifications has its limit too, and no row is to blame. */
  static boolean isOfFullQueue(SQLException failure) {
    return stateOf(failure).equals(PROGRAM_LIMIT_EXCEEDED)
        && failure instanceof PSQLException postgres
        && postgres.getServerErrorMessage() != null
        && "async.c".equals(postgres.getServerErrorMessage().getFile());
  }

  private static boolean isConnectionLost(SQLException failure) {
    return classOf(stateOf(failure)).equals("08") || isInputOutput(failure);
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
