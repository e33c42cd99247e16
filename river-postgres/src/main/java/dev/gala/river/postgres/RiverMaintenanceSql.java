package dev.gala.river.postgres;

/**
 * The statements on {@code river_job} and {@code river_queue} of what one client does for all,
 * named as on the seam; {@link RiverJobScheduleSql#JOB_SCHEDULE} is one of them too. What they cost
 * is bounded by what they return, not by the table: each reads one range of an index.
 */
final class RiverMaintenanceSql {
  /**
   * The oldest first, not the lowest ids as in River: that is the order of the index, so that no
   * more is read than is deleted. Jobs of which this was refused lately are passed over.
   */
  static final String JOB_OLD =
      """
        select job.id, job.finalized_at
        from /* schema */river_job as job
        where job.state = ?::/* schema */river_job_state
          and job.finalized_at < now() - ?::bigint * interval '1 microsecond'
          and job.finalized_at >= coalesce(?::timestamptz, '-infinity')
          and job.id <> all(?::bigint[])
        order by job.finalized_at
        limit ?
        for update skip locked
      """;

  static final String JOB_DELETE_BEFORE =
      """
      with old as materialized (
      """
          + JOB_OLD
          + """
      ), deleted as (
        delete from /* schema */river_job as job
        where job.id = any(array(select old.id from old))
      )
      select count(*) as deleted, max(old.finalized_at) as last from old
      """;

  /** Those locked by {@link #JOB_OLD}. */
  static final String JOB_DELETE_THESE =
      """
      delete from /* schema */river_job where id = any(?::bigint[])
      """;

  /**
   * What runs is found by its state, and only then by its age and id: there are never more rows in
   * that range of the index than clients have slots.
   */
  static final String JOB_GET_STUCK =
      """
      with stuck as materialized (
        select job.id
        from /* schema */river_job as job
        where job.state = 'running'
          and job.attempted_at < now() - ?::bigint * interval '1 microsecond'
      ), first as materialized (
        select stuck.id
        from stuck
        where stuck.id > ?
        order by stuck.id
        limit ?
      )
      select
      """
          + RiverJobSql.COLUMNS
          + """
      from /* schema */river_job as job
      where job.id = any(array(select first.id from first))
      order by job.id
      """;

  /**
   * Rows are reached, locked and judged as in {@link RiverJobSql#JOB_COMPLETE}, but one that is
   * locked is passed over: somebody is ending it. What cannot be counted on, in metadata or errors
   * that are not of River's form, stays as it is.
   */
  static final String JOB_RESCUE_MANY =
      """
      with rescued as materialized (
        select
          job.id,
          rescue.state::/* schema */river_job_state as state,
          jsonb_build_object(
            'at', rescue.error_at, 'attempt', rescue.error_attempt, 'error', rescue.error,
            'trace', rescue.trace) as error,
          rescue.scheduled_at::timestamptz as scheduled_at
        from unnest(
          ?::bigint[], ?::int[], ?::text[], ?::text[], ?::text[], ?::int[], ?::text[], ?::text[],
          ?::text[])
          as rescue (
            id, attempt, attempted_at, state, error_at, error_attempt, error, trace, scheduled_at)
        cross join lateral (
          select job.id, job.state, job.attempt, job.attempted_at
          from /* schema */river_job as job
          where job.id = rescue.id
          offset 0
          for no key update skip locked
        ) as job
        where job.state = 'running'
          and job.attempt = rescue.attempt
          and job.attempted_at = rescue.attempted_at::timestamptz
      )
      update /* schema */river_job as job
      set
        state = rescued.state,
        errors = case
          when array_ndims(job.errors) > 1 then job.errors
          else array_append(job.errors, rescued.error)
        end,
        finalized_at = case when rescued.state = 'retryable' then null else now() end,
        metadata = case
          when jsonb_typeof(job.metadata) = 'object' then job.metadata || jsonb_build_object(
            'river:rescue_count',
            case
              when jsonb_typeof(job.metadata->'river:rescue_count') = 'number'
                then (job.metadata->>'river:rescue_count')::numeric + 1
              else 1
            end)
          else job.metadata
        end,
        scheduled_at = coalesce(rescued.scheduled_at, job.scheduled_at)
      from rescued
      where job.id = any(array(select rescued.id from rescued))
        and job.id = rescued.id
      returning job.id
      """;

  /** A pause would be forgotten with its row, and the queue run for whoever works it next. */
  static final String QUEUE_DELETE_EXPIRED =
      """
      with expired as materialized (
        select queue.name
        from /* schema */river_queue as queue
        where queue.updated_at < now() - ?::bigint * interval '1 microsecond'
          and queue.paused_at is null
        order by queue.name
        limit ?
        for update skip locked
      )
      delete from /* schema */river_queue as queue
      using expired
      where queue.name = expired.name
      returning queue.name
      """;

  private RiverMaintenanceSql() {}
}
