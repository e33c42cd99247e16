package dev.gala.river.postgres;

/**
 * The statements on {@code river_leader}, named as on the seam. The table has one row at most; it
 * is unlogged, so that a crash of the server leaves none. The time is the transaction's: one that
 * had to wait for the row gives a shorter term, never a longer one.
 */
final class RiverLeaderSql {
  /** Every column, of what is called leader. */
  private static final String COLUMNS =
      """
        leader.leader_id, leader.elected_at, leader.expires_at
      """;

  /**
   * Who has no chance writes nothing: a fleet of followers that asks every few seconds takes
   * neither locks nor transaction ids. An expired row is taken over as it stands; of two that try,
   * the second waits for the first, and then finds a term under way.
   */
  static final String LEADER_ATTEMPT_ELECT =
      """
      insert into /* schema */river_leader as leader (leader_id, elected_at, expires_at)
      select ?, now(), now() + ?::bigint * interval '1 microsecond'
      where not exists (
        select from /* schema */river_leader as other where other.expires_at >= now()
      )
      on conflict (name) do update
      set
        leader_id = excluded.leader_id,
        elected_at = excluded.elected_at,
        expires_at = excluded.expires_at
      where leader.expires_at < now()
      returning
      """
          + COLUMNS;

  static final String LEADER_ATTEMPT_REELECT =
      """
      update /* schema */river_leader as leader
      set expires_at = now() + ?::bigint * interval '1 microsecond'
      where leader.leader_id = ?
        and leader.elected_at = ?::timestamptz
        and leader.expires_at >= now()
      returning
      """
          + COLUMNS;

  static final String LEADER_GET =
      """
      select
      """
          + COLUMNS
          + """
      from /* schema */river_leader as leader
      where leader.expires_at >= now()
      """;

  /** Counts the notifications sent: one or none. */
  static final String LEADER_RESIGN =
      """
      with resigned as (
        delete from /* schema */river_leader as leader
        where leader.leader_id = ? and leader.elected_at = ?::timestamptz
        returning leader.leader_id
      ), notified as materialized (
        select pg_notify(
          coalesce(?::text || '.', current_schema() || '.', '') || 'river_leadership',
          json_build_object('leader_id', resigned.leader_id, 'action', 'resigned')::text)
        from resigned
      )
      select count(*) from notified
      """;

  private RiverLeaderSql() {}
}
