package dev.gala.river.postgres;

/**
 * The inserts whose commit is answered before it is on disk: the same, but that each says so for
 * its own transaction. It is said in the statement itself, which so stays one way to the server and
 * back, may go through a transaction pooler, and leaves nothing behind on the connection.
 */
final class RiverJobRelaxedSql {
  /** True, and done once for the statement, as long as it has a row. */
  private static final String RELAX =
      "(select set_config('synchronous_commit', 'off', true)) is not null";

  static final String JOB_INSERT_FAST = relaxed(RiverJobSql.JOB_INSERT_FAST);

  static final String JOB_INSERT_ALIKE = relaxed(RiverJobSql.JOB_INSERT_ALIKE);

  static final String JOB_INSERT_RUNNING = relaxed(RiverJobRunningSql.JOB_INSERT_RUNNING);

  /** Its rows are filtered already, by a condition that is one for the sake of the same trick. */
  static final String JOB_INSERT_UNIQUE =
      RiverJobSql.JOB_INSERT_UNIQUE.replace(
          RiverJobSql.PATIENCE, RiverJobSql.PATIENCE + "    and " + RELAX + "\n");

  private RiverJobRelaxedSql() {}

  private static String relaxed(String insert) {
    return insert.replace("order by position", "where " + RELAX + "\n      order by position");
  }
}
