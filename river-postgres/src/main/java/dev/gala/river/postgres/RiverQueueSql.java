package dev.gala.river.postgres;

/** The statements on {@code river_queue}, named as on the seam. */
final class RiverQueueSql {
  /** Every column, as {@link QueueRows} reads them, of what is called queue. */
  static final String COLUMNS =
      """
        queue.name, queue.created_at, queue.metadata, queue.paused_at, queue.updated_at
      """;

  static final String QUEUE_CREATE_OR_UPDATE =
      """
      insert into /* schema */river_queue as queue (created_at, metadata, name, updated_at)
      values (now(), '{}', ?, now())
      on conflict (name) do update set updated_at = excluded.updated_at
      returning
      """
          + COLUMNS;

  static final String QUEUE_GET =
      """
      select
      """
          + COLUMNS
          + """
      from /* schema */river_queue as queue
      where queue.name = ?
      """;

  static final String QUEUE_LIST =
      """
      select
      """
          + COLUMNS
          + """
      from /* schema */river_queue as queue
      order by queue.name
      limit ?
      """;

  /**
   * Counts the notifications sent: one or none. The rows are locked by name, so that two that pause
   * all do not wait for one another.
   */
  static final String QUEUE_PAUSE =
      """
      with asked as materialized (
        select ?::text as name
      ), found as materialized (
        select queue.name, queue.paused_at
        from /* schema */river_queue as queue
        where (select asked.name from asked) in ('*', queue.name)
        order by queue.name
        for update
      ), written as (
        update /* schema */river_queue as queue
        set paused_at = now(), updated_at = now()
        from found
        where queue.name = found.name and found.paused_at is null
      ), notified as materialized (
        select pg_notify(
          coalesce(?::text || '.', current_schema() || '.', '') || 'river_control',
          jsonb_build_object('action', 'pause', 'queue', asked.name)::text)
        from asked
        where asked.name = '*' or exists (select from found)
      )
      select count(*) from notified
      """;

  /** As {@link #QUEUE_PAUSE}. */
  static final String QUEUE_RESUME =
      """
      with asked as materialized (
        select ?::text as name
      ), found as materialized (
        select queue.name, queue.paused_at
        from /* schema */river_queue as queue
        where (select asked.name from asked) in ('*', queue.name)
        order by queue.name
        for update
      ), written as (
        update /* schema */river_queue as queue
        set paused_at = null, updated_at = now()
        from found
        where queue.name = found.name and found.paused_at is not null
      ), notified as materialized (
        select pg_notify(
          coalesce(?::text || '.', current_schema() || '.', '') || 'river_control',
          jsonb_build_object('action', 'resume', 'queue', asked.name)::text)
        from asked
        where asked.name = '*' or exists (select from found)
      )
      select count(*) from notified
      """;

  /** Without metadata the row's are left, and nobody is told. */
  static final String QUEUE_UPDATE =
      """
      with given as materialized (
        select ?::jsonb as metadata
      ), queue as (
        update /* schema */river_queue as queue
        set metadata = coalesce(given.metadata, queue.metadata), updated_at = now()
        from given
        where queue.name = ?
        returning queue.*
      ), notified as materialized (
        select pg_notify(
          coalesce(?::text || '.', current_schema() || '.', '') || 'river_control',
          jsonb_build_object(
            'action', 'metadata_changed', 'metadata', queue.metadata, 'queue', queue.name)::text)
        from queue, given
        where given.metadata is not null
      )
      select
      """
          + COLUMNS
          + """
      from queue
      where (select count(*) from notified) >= 0
      """;

  private RiverQueueSql() {}
}
