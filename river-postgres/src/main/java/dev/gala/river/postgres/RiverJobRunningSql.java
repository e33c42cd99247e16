package dev.gala.river.postgres;

/** The statement by which jobs begin in the process that inserts them. */
final class RiverJobRunningSql {
  /**
   * What an insert and the claim of its rows come to, at one time: a row is created, due, and begun
   * in the same moment, so that the attempt is known by the time that is read back.
   */
  static final String JOB_INSERT_RUNNING =
      """
      insert into /* schema */river_job (
        args, attempt, attempted_at, attempted_by, created_at, kind, max_attempts, metadata, priority,
        queue, scheduled_at, state, tags)
      select
        args::jsonb, 1, now(), array[?::text], now(), ?, ?, metadata::jsonb, ?, ?, now(), 'running',
        string_to_array(?, ',')
      from unnest(?::text[], ?::text[]) with ordinality as job (args, metadata, position)
      /* durability */
      order by position
      returning id, created_at
      """;

  /** The same of one row. */
  static final String JOB_INSERT_RUNNING_ONE =
      """
      insert into /* schema */river_job (
        args, attempt, attempted_at, attempted_by, created_at, kind, max_attempts, metadata, priority,
        queue, scheduled_at, state, tags)
      select
        ?::jsonb, 1, now(), array[?::text], now(), ?, ?, ?::jsonb, ?, ?, now(), 'running',
        string_to_array(?, ',')
      /* durability */
      returning id, created_at
      """;

  private RiverJobRunningSql() {}
}
