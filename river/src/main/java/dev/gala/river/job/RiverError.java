package dev.gala.river.job;

/** What kind of thing went wrong; the {@link RiverException}'s message says it with its values. */
public enum RiverError {
  /** The arguments of a job cannot be written as JSON. */
  ARGS_INVALID,
  /** The client was started twice, or used after it was closed. */
  CLIENT_STATE,
  /** A setting is not usable. */
  CONFIG_INVALID,
  /** A connection given for its transaction is in auto-commit mode: there is no transaction. */
  CONNECTION_IN_AUTO_COMMIT,
  /** The database refused a statement. */
  DATABASE,
  /** The PostgreSQL server is older than the oldest one supported. */
  DATABASE_TOO_OLD,
  /** The database cannot be reached, or will not let us in. */
  DATABASE_UNAVAILABLE,
  /** The text is no database URL any driver understands. */
  DATABASE_URL_INVALID,
  /** No driver for the database is on the module or class path. */
  DRIVER_MISSING,
  /** An insert option breaks one of River's rules. */
  INSERT_INVALID,
  /**
   * The connection was lost while a transaction was being committed: it may or may not have
   * happened.
   */
  OUTCOME_UNKNOWN,
  /** River's tables are missing or older than what the engine needs. */
  SCHEMA_OUTDATED,
  /** Workers did not end within the time given. */
  STOP_TIMED_OUT
}
