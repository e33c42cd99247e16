package dev.gala.river.postgres;

/**
 * The statements on {@code river_job} that look at jobs and change them from outside, named as on
 * the seam. Those that decide by a row's state lock it first and go by the row as it is then: what
 * is read without a lock may be older.
 */
final class RiverJobControlSql {
  /**
   * A job that runs is ended by its worker, and only marked here: with a time that is not before
   * the attempt's, whose clock is another one, lest the mark be taken for one from before a retry.
   */
  static final String JOB_CANCEL =
      """
      with job as materialized (
        select
      """
          + RiverJobSql.COLUMNS
          + """
        from /* schema */river_job as job
        where job.id = ?
        for no key update
      ), open as materialized (
        select id, queue, state, attempted_at
        from job
        where state not in ('cancelled', 'completed', 'discarded') and finalized_at is null
      ), notified as materialized (
        select pg_notify(
          coalesce(?::text || '.', current_schema() || '.', '') || 'river_control',
          jsonb_build_object('action', 'cancel', 'job_id', id, 'queue', queue)::text)
        from open
      ), written as (
        update /* schema */river_job as job
        set
          state = case when open.state = 'running' then open.state else 'cancelled' end,
          finalized_at = case when open.state = 'running' then null else now() end,
          metadata = job.metadata || jsonb_build_object('cancel_attempted_at', case
            when open.state = 'running' and open.attempted_at > ?::timestamptz
              then rtrim(rtrim(to_char(
                open.attempted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), '0'), '.') || 'Z'
            else ?::text
          end)
        from open
        where job.id = open.id
        returning
      """
          + RiverJobSql.COLUMNS
          + """
      )
      select * from written where (select count(*) from notified) >= 0
      union all
      select * from job where not exists (select from open)
      """;

  /** Each row is reached by its id, as in {@link RiverJobSql#JOB_COMPLETE}. */
  static final String JOB_CANCEL_REQUESTED =
      """
      select job.id, job.metadata->>'cancel_attempted_at' as requested_at, job.attempted_at
      from unnest(?::bigint[], ?::int[], ?::text[]) as asked (id, attempt, attempted_at)
      cross join lateral (
        select job.id, job.state, job.attempt, job.attempted_at, job.metadata
        from /* schema */river_job as job
        where job.id = asked.id
        offset 0
      ) as job
      where job.state = 'running'
        and job.attempt = asked.attempt
        and job.attempted_at = asked.attempted_at::timestamptz
        and jsonb_exists(job.metadata, 'cancel_attempted_at')
      """;

  /**
   * What {@link RiverJobSql#JOB_GET_AVAILABLE} does, to one row and whenever that is due. The state
   * is compared as text, lest an index that begins with it be read instead of the id's.
   */
  static final String JOB_CLAIM =
      """
      with candidate as materialized (
        select id
        from /* schema */river_job
        where id = ?
          and state::text in ('available', 'retryable', 'scheduled')
          and kind = any(?::text[])
        for no key update skip locked
      )
      """
          + RiverJobSql.CLAIM_CANDIDATES;

  /** The row is returned also when it runs, and so stays. */
  static final String JOB_DELETE =
      """
      with job as materialized (
        select
      """
          + RiverJobSql.COLUMNS
          + """
        from /* schema */river_job as job
        where job.id = ?
        for update
      ), deleted as (
        delete from /* schema */river_job as doomed
        using job
        where doomed.id = job.id and job.state <> 'running'
      )
      select * from job
      """;

  /**
   * A filter that is null lets all pass. Such a statement must be planned with its parameters at
   * hand: the filters not given fall away then, and those given find their indexes.
   */
  static final String JOB_DELETE_MANY =
      """
      with doomed as materialized (
        select job.id
        from /* schema */river_job as job
        where job.state <> 'running'
          and (?::bigint[] is null or job.id = any(?::bigint[]))
          and (?::text[] is null or job.kind = any(?::text[]))
          and (?::int[] is null or job.priority = any(?::int[]))
          and (?::text[] is null or job.queue = any(?::text[]))
          and (
            ?::text[] is null or job.state = any(?::text[]::/* schema */river_job_state[]))
        order by job.id
        limit ?
        for update skip locked
      ), job as (
        delete from /* schema */river_job as job
        where job.id = any(array(select id from doomed))
        returning
      """
          + RiverJobSql.COLUMNS
          + """
      )
      select * from job order by id
      """;

  static final String JOB_GET =
      """
      select
      """
          + RiverJobSql.COLUMNS
          + """
      from /* schema */river_job as job
      where job.id = ?
      """;

  /** As {@link #JOB_DELETE_MANY}; the place to begin after and the order are put in by column. */
  private static final String LISTED =
      """
      from /* schema */river_job as job
      where (?::bigint[] is null or job.id = any(?::bigint[]))
        and (?::text[] is null or job.kind = any(?::text[]))
        and (?::int[] is null or job.priority = any(?::int[]))
        and (?::text[] is null or job.queue = any(?::text[]))
        and (
          ?::text[] is null or job.state = any(?::text[]::/* schema */river_job_state[]))
        and (?::text[] is null or job.tags @> ?::text[]::varchar[])
        and (?::text[] is null or job.tags && ?::text[]::varchar[])
        and (?::jsonb is null or job.metadata @> ?::jsonb)
        and (?::timestamptz is null or job.created_at >= ?::timestamptz)
        and (?::timestamptz is null or job.created_at < ?::timestamptz)
        and (?::bigint is null or job.id >= ?::bigint)
        and (?::bigint is null or job.id < ?::bigint)
      """;

  private static final String LIST =
      """
      select
      """
          + RiverJobSql.COLUMNS
          + LISTED;

  /** As the list by id, of which it sees no row. */
  static final String JOB_COUNT_LISTED =
      """
      select count(*) as jobs, coalesce(max(listed.id), 0) as last_id
      from (
        select job.id
      """
          + LISTED
          + """
              and (?::bigint is null or job.id > ?::bigint)
            order by job.id
            limit ?
          ) as listed
          """;

  static final String JOB_LIST_BY_ID_ASCENDING =
      LIST
          + """
              and (?::bigint is null or job.id > ?::bigint)
            order by job.id
            limit ?
            """;

  static final String JOB_LIST_BY_ID_DESCENDING =
      LIST
          + """
              and (?::bigint is null or job.id < ?::bigint)
            order by job.id desc
            limit ?
            """;

  /** What has no time comes last, and is gone through by its ids. */
  static final String JOB_LIST_BY_TIME_ASCENDING =
      LIST
          + """
              and (
                ?::bigint is null
                or case
                  when ?::timestamptz is null then job./* time */ is null and job.id > ?::bigint
                  else job./* time */ is null
                    or (job./* time */, job.id) > (?::timestamptz, ?::bigint)
                end)
            order by job./* time */, job.id
            limit ?
            """;

  /** What has no time comes first. */
  static final String JOB_LIST_BY_TIME_DESCENDING =
      LIST
          + """
              and (
                ?::bigint is null
                or case
                  when ?::timestamptz is null
                    then job./* time */ is not null or job.id < ?::bigint
                  else (job./* time */, job.id) < (?::timestamptz, ?::bigint)
                end)
            order by job./* time */ desc, job.id desc
            limit ?
            """;

  /**
   * The state is compared as text, lest an index that begins with it be read instead of the id's.
   */
  static final String JOB_MERGE_METADATA_IF_RUNNING =
      """
      update /* schema */river_job as job
      set metadata = job.metadata || ?::jsonb
      where job.id = ?
        and job.attempt = ?
        and job.attempted_at = ?::timestamptz
        and job.state::text = 'running'
      """;

  /** A job that is due already keeps its place in the queue. */
  static final String JOB_RETRY =
      """
      with job as materialized (
        select
      """
          + RiverJobSql.COLUMNS
          + """
        from /* schema */river_job as job
        where job.id = ?
        for no key update
      ), written as (
        update /* schema */river_job as job
        set
          state = 'available',
          finalized_at = null,
          max_attempts = case
            when job.attempt = job.max_attempts then job.max_attempts + 1
            else job.max_attempts
          end,
          scheduled_at = now()
        from job as found
        where job.id = found.id
          and found.state <> 'running'
          and not (found.state = 'available' and found.scheduled_at < now())
        returning
      """
          + RiverJobSql.COLUMNS
          + """
      )
      select * from written
      union all
      select * from job where not exists (select from written)
      """;

  /**
   * Each queue and state is read along the index that claims use, and no further than the limit:
   * what else is asked of the rows is asked afterwards.
   */
  static final String JOB_TALLY =
      """
      select counted.texts, count(*) as jobs
      from (
        select array(
          select job.metadata #>> array(select jsonb_array_elements_text(path.names))
          from jsonb_array_elements(?::jsonb) with ordinality as path (names, place)
          order by path.place
        ) as texts
        from unnest(?::text[]) as queue (name)
        cross join unnest(?::text[]) as state (name)
        cross join lateral (
          select job.kind, job.metadata
          from /* schema */river_job as job
          where job.state = state.name::/* schema */river_job_state and job.queue = queue.name
          order by job.priority, job.scheduled_at, job.id
          limit ?
        ) as job
        where job.kind = any(?::text[])
      ) as counted
      group by counted.texts
      order by count(*) desc, counted.texts
      """;

  static final String JOB_UPDATE =
      """
      update /* schema */river_job as job
      set metadata = job.metadata || ?::jsonb
      where job.id = ?
      returning
      """
          + RiverJobSql.COLUMNS;

  private RiverJobControlSql() {}
}
