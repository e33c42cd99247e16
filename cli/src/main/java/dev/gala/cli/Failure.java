package dev.gala.cli;

import dev.gala.cli.input.UsageException;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import dev.gala.test.postgres.EmbeddedPostgresException;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.Optional;

/**
 * What a failure means to the user.
 *
 * @param exitCode 2 for bad input, 1 for what went wrong later
 * @param message one line: what, which value, what to do
 */
record Failure(int exitCode, String message) {
  private static final int FAILED = 1;
  private static final int BAD_INPUT = 2;
  private static final String INSUFFICIENT_PRIVILEGE = "42501";
  private static final String READ_ONLY = "25006";

  /** Bad input, told in one line. */
  static Failure badInput(String message) {
    return new Failure(BAD_INPUT, firstLine(message));
  }

  /** The meaning of {@code thrown}; empty if it is a bug, to be shown with its stack trace. */
  static Optional<Failure> of(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      Optional<Failure> failure = known(cause);
      if (failure.isPresent()) {
        return failure;
      }
    }
    return Optional.empty();
  }

  private static Optional<Failure> known(Throwable thrown) {
    return switch (thrown) {
      case UsageException usage -> Optional.of(badInput(said(usage)));
      case EmbeddedPostgresException server ->
          Optional.of(badInput("no throw-away PostgreSQL: " + said(server)));
      case RiverException river when isBadInput(river) -> Optional.of(badInput(said(river)));
      case RiverException river
          when river.code() == RiverError.DATABASE && river.getCause() == null ->
          Optional.of(new Failure(FAILED, firstLine(said(river))));
      case RiverException river when isRefusal(river) ->
          Optional.of(new Failure(FAILED, firstLine(said(river))));
      case SQLException refused -> ofState(refused);
      default -> Optional.empty();
    };
  }

  private static Optional<Failure> ofState(SQLException failure) {
    String state = String.valueOf(failure.getSQLState());
    if (state.equals(INSUFFICIENT_PRIVILEGE)) {
      return Optional.of(
          badInput(
              firstLine(said(failure))
                  + ": give a database and a role that may create tables and schemas in it"));
    }
    if (state.equals(READ_ONLY)) {
      return Optional.of(
          badInput(firstLine(said(failure)) + ": give a database that can be written to"));
    }
    if (state.startsWith("08") || state.startsWith("57P")) {
      return Optional.of(
          new Failure(
              FAILED, "the connection to the database was lost: " + firstLine(said(failure))));
    }
    return Optional.empty();
  }

  /** What the database says in the course of things: not a bug, and not the user's mistake. */
  private static boolean isRefusal(RiverException failure) {
    return EnumSet.of(
            RiverError.OUTCOME_UNKNOWN,
            RiverError.ROW_LOCKED,
            RiverError.ROW_REFUSED,
            RiverError.TIMED_OUT)
        .contains(failure.code());
  }

  private static boolean isBadInput(RiverException failure) {
    return switch (failure.code()) {
      case CONFIG_INVALID,
          DATABASE_TOO_OLD,
          DATABASE_UNAVAILABLE,
          DATABASE_URL_INVALID,
          JOB_RUNNING,
          NOT_FOUND,
          PARAMS_INVALID,
          SCHEMA_OUTDATED,
          UNIQUE_CONFLICT ->
          true;
      case ARGS_INVALID,
          CLAIM_LOST,
          CLIENT_STATE,
          CONNECTION_IN_AUTO_COMMIT,
          DATABASE,
          DRIVER_MISSING,
          INSERT_INVALID,
          OUTCOME_UNKNOWN,
          PERIODIC_JOB_ALREADY_ADDED,
          QUEUE_ALREADY_ADDED,
          ROW_LOCKED,
          ROW_REFUSED,
          TIMED_OUT,
          UNKNOWN_KIND ->
          false;
    };
  }

  private static String said(Throwable thrown) {
    return String.valueOf(thrown.getMessage());
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("");
  }
}
