package dev.gala.bench.peer;

import dev.gala.bench.load.Situation;
import dev.gala.bench.server.BenchDatabase;
import java.sql.SQLException;

/** River's tables, filled and emptied. */
final class RiverTables {
  private static final String UNTOUCHED = "0, null, null, null";
  private static final String DONE = "1, now(), '{somebody}', now()";

  private RiverTables() {}

  static void clear(BenchDatabase database) throws SQLException {
    database.execute("truncate river_job restart identity", "truncate river_queue");
  }

  static long unfinished(BenchDatabase database) throws SQLException {
    return database.number(
        "select count(*) from river_job where state in ('available', 'running', 'retryable', 'scheduled')");
  }

  /** Copies the one event that is there, and removes it. */
  static void fill(BenchDatabase database, Situation situation, int rows, boolean latency)
      throws SQLException {
    String ahead = "now() - interval '1 day'";
    String sql =
        switch (situation) {
          case WAITING ->
              more(
                  "kind", latency ? "'elsewhere'" : "queue", "'available'", ahead, UNTOUCHED, rows);
          case SCHEDULED ->
              more("kind", "queue", "'scheduled'", "now() + interval '1 year'", UNTOUCHED, rows);
          case FINISHED -> more("kind", "queue", "'completed'", ahead, DONE, rows);
          case FOREIGN -> more("'somebody_elses'", "queue", "'available'", ahead, UNTOUCHED, rows);
          case EMPTY, SNAPSHOT -> throw new IllegalArgumentException("no rows make " + situation);
        };
    database.execute(sql, "delete from river_job where id = (select min(id) from river_job)");
  }

  private static String more(
      String kind, String queue, String state, String time, String attempt, int rows) {
    return """
    insert into river_job (
      args, kind, max_attempts, metadata, priority, queue, tags, state, scheduled_at, attempt,
      attempted_at, attempted_by, finalized_at)
    select args, %s, max_attempts, metadata, priority, %s, tags, %s, %s, %s
    from (select * from river_job order by id limit 1) as one
    cross join generate_series(1, %d)
    """
        .formatted(kind, queue, state + "::river_job_state", time, attempt, rows);
  }
}
