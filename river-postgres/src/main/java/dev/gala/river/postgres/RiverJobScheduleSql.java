package dev.gala.river.postgres;

/** The statements by which waiting jobs become available. */
final class RiverJobScheduleSql {
  private static final String LANES =
      """
      with recursive lane (state, queue, priority) as (
        select first.state, first.queue, first.priority
        from (
          values ('retryable'::/* schema */river_job_state), ('scheduled')
        ) as waiting (state)
        cross join lateral (
          select job.state, job.queue, job.priority
          from /* schema */river_job as job
          where job.state = waiting.state
          order by job.queue, job.priority
          limit 1
        ) as first
        union all
        select next.state, next.queue, next.priority
        from lane
        cross join lateral (
          select job.state, job.queue, job.priority
          from /* schema */river_job as job
          where job.state = lane.state and (job.queue, job.priority) > (lane.queue, lane.priority)
          order by job.queue, job.priority
          limit 1
        ) as next
      ),
      """;

  private static final String SETTING =
      """
      setting as materialized (
        select
          now() + ?::bigint * interval '1 microsecond' as horizon,
          ?::int as max_rows,
          coalesce(?::text || '.', current_schema() || '.', '') || 'river_insert' as channel
      """;

  private static final String DUE =
      """
      ), due as materialized (
        select head.id
        from lane
        cross join lateral (
          select job.id, job.scheduled_at
          from /* schema */river_job as job
          where job.state = lane.state
            and job.queue = lane.queue
            and job.priority = lane.priority
            and job.scheduled_at <= (select horizon from setting)
            and job.id <> all(?::bigint[])
          order by job.scheduled_at, job.id
          limit (select max_rows from setting)
        ) as head
        order by lane.priority, head.scheduled_at, head.id
        limit (select max_rows from setting)
      """;

  private static final String FOUND = "array(select id from due)";

  private static final String MOVE =
      """
      ), candidate as materialized (
        select job.id, job.priority, job.scheduled_at, job.unique_key, job.unique_states
        from /* schema */river_job as job
        where job.id = any(array(select id from due))
          and job.state in ('retryable', 'scheduled')
          and job.scheduled_at <= (select horizon from setting)
        for no key update of job skip locked
      ), ranked as (
        select
          candidate.id,
          candidate.unique_key is not null
            and candidate.unique_states is not null
            and (
              row_number() over (
                partition by candidate.unique_key, candidate.unique_states is null
                order by
                  coalesce(holder.id = candidate.id, false) desc, candidate.priority,
                  candidate.scheduled_at, candidate.id) > 1
              or (
                holder.id is not null
                and not exists (
                  select from candidate as other where other.id = holder.id))
            ) as conflicts
        from candidate
        left join lateral (
          select job.id
          from /* schema */river_job as job
          where job.unique_key = candidate.unique_key
            and job.unique_key is not null
            and job.unique_states is not null
            and /* schema */river_job_state_in_bitmask(job.unique_states, job.state)
          limit 1
        ) as holder on true
      ), moved as (
        update /* schema */river_job as job
        set
          state = case
            when ranked.conflicts then 'discarded'::/* schema */river_job_state
            else 'available'
          end,
          finalized_at = case when ranked.conflicts then (select horizon from setting) end,
          metadata = case
            when ranked.conflicts
              then job.metadata || '{"unique_key_conflict": "scheduler_discarded"}'
            else job.metadata
          end,
          unique_states = case
            when ranked.conflicts then set_bit(job.unique_states, 4, 0)
            else job.unique_states
          end
        from ranked
        where job.id = ranked.id
        returning job.queue, job.scheduled_at, job.state
      ), notified as materialized (
        select pg_notify(
          (select channel from setting), jsonb_build_object('queue', ready.queue)::text)
        from (
          select distinct moved.queue
          from moved
          where moved.state = 'available' and moved.scheduled_at <= now()
        ) as ready
      )
      select count(*) as moved from moved where (select count(*) from notified) >= 0
      """;

  /**
   * Moves waiting jobs that are due or nearly so.
   *
   * <p>What it costs is bounded by what is due. The one index that fits is (state, queue, priority,
   * scheduled_at, id): asked for a state and a time alone it is read from the state's first entry
   * to its last, so a million rows for next year would be read every five seconds. So the lanes
   * (state, queue, priority) that have rows are found first, by one index probe each, and each lane
   * is read from its beginning up to the time and never beyond.
   *
   * <p>The rows are locked only after the limit, passing over those that another client is moving:
   * two that run it side by side share the work or one finds none, and both are right. They are
   * gathered into an array so that they are reached by their ids, never by reading the table.
   *
   * <p>A row with a unique key becomes discarded if a row that is not moved here holds the key, or
   * if another candidate goes before it. First is the candidate that holds the key already (so that
   * no row takes the key before its holder let go of it), then priority, time and id decide. A mask
   * that blocks while discarded loses that one bit then: the state could not be written otherwise.
   *
   * <p>Jobs for which this was refused lately are passed over.
   */
  static final String JOB_SCHEDULE = LANES + SETTING + DUE + MOVE;

  /** The ids of those that {@link #JOB_SCHEDULE} would move, in its order. */
  static final String JOB_SCHEDULE_DUE =
      LANES
          + SETTING
          + DUE
          + """
      )
      select due.id from due
      """;

  /** The same for some of them. */
  static final String JOB_SCHEDULE_THESE = "with " + SETTING + MOVE.replace(FOUND, "?::bigint[]");

  private RiverJobScheduleSql() {}
}
