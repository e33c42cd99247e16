package dev.gala.river.postgres;

import dev.gala.river.job.Durability;
import java.util.function.UnaryOperator;

/**
 * The inserts whose commit is answered before it is on disk: the same, but that each says so for
 * its own transaction. It is said in the statement itself, which so stays one way to the server and
 * back, may go through a transaction pooler, and leaves nothing behind on the connection.
 */
final class RiverJobRelaxedSql {
  /** True, and done once for the statement, as long as it has a row. */
  private static final String RELAX =
      "(select set_config('synchronous_commit', 'off', true)) is not null";

  /** Its rows are filtered already, by a condition that is one for the sake of the same trick. */
  static final String JOB_INSERT_UNIQUE =
      RiverJobSql.JOB_INSERT_UNIQUE.replace(
          RiverJobSql.PATIENCE, RiverJobSql.PATIENCE + "    and " + RELAX + "\n");

  private RiverJobRelaxedSql() {}

  /** What makes inserts so durable of the others, which have a slot for it. */
  static UnaryOperator<String> inserting(Durability durability) {
    return switch (durability) {
      case FULL -> insert -> insert;
      case RELAXED -> insert -> insert.replace(RiverJobSql.SLOT_OF_DURABILITY, "where " + RELAX);
    };
  }
}
