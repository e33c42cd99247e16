package dev.gala.river.job;

/** What kind of thing went wrong; the {@link RiverException}'s message says it with its values. */
public enum RiverError {
  /** The arguments of a job cannot be written as JSON. */
  ARGS_INVALID,
  /** An attempt was rescued, or ended by another hand: nothing may be written on its behalf. */
  CLAIM_LOST,
  /** The client or its database was used after it was closed, or there is nothing to start. */
  CLIENT_STATE,
  /** A setting is not usable. */
  CONFIG_INVALID,
  /** A connection given for its transaction is in auto-commit mode: there is no transaction. */
  CONNECTION_IN_AUTO_COMMIT,
  /** The database refused a statement. */
  DATABASE,
  /** The PostgreSQL server is older than the oldest one supported. */
  DATABASE_TOO_OLD,
  /** The database cannot be reached, will not let us in, or can only be read. */
  DATABASE_UNAVAILABLE,
  /** The text is no database URL any driver understands. */
  DATABASE_URL_INVALID,
  /** No driver for the database is on the module or class path. */
  DRIVER_MISSING,
  /** An insert option breaks one of River's rules. */
  INSERT_INVALID,
  /** A running job cannot be deleted. */
  JOB_RUNNING,
  /** There is no such job, queue or leader. */
  NOT_FOUND,
  /**
   * The connection was lost while a transaction was being committed: it may or may not have
   * happened. To do it again may be to do it twice, where no unique key stands in the way.
   */
  OUTCOME_UNKNOWN,
  /** A parameter of a query or command is not usable. */
  PARAMS_INVALID,
  /** The client has a periodic job with this id already. */
  PERIODIC_JOB_ALREADY_ADDED,
  /** The client works this queue already. */
  QUEUE_ALREADY_ADDED,
  /** A row is locked by somebody for longer than is waited. */
  ROW_LOCKED,
  /**
   * The database refused what is in a row: its data, a constraint, a limit (SQLSTATE classes 21,
   * 22, 23, 44 and 54), or a trigger of yours (P0 and the codes of its own).
   */
  ROW_REFUSED,
  /** River's tables are missing or older than what the engine needs. */
  SCHEMA_OUTDATED,
  /** A statement took longer than it was given, or was cancelled; it did nothing. */
  TIMED_OUT,
  /** Another row holds the unique key of a job that was to become active again. */
  UNIQUE_CONFLICT,
  /** The client has workers, but none for the kind of a job it was to insert. */
  UNKNOWN_KIND
}
