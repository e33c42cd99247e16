package dev.gala.river.postgres;

/**
 * The statements on {@code gala_client}, and those on {@code river_job} that go by who claimed a
 * job. The last of {@code attempted_by} is who runs it; in an array of several dimensions it is
 * nobody, for then the element is null.
 *
 * <p>No index has {@code attempted_by}. What runs is found by its state, the first column of the
 * index that claims go by: as many rows as there are slots in the fleet, whatever else is in the
 * table.
 */
final class GalaClientSql {
  /**
   * One round trip. The others' rows are read as they were when the statement began, and compared
   * with that moment: so a statement that waited for its own row judges nobody too late. The own
   * time is taken when the row is written. A time still to come, left by a clock that was set back,
   * would hide a death for as long: it is set right.
   */
  static final String BEAT =
      """
      with own as (
        insert into /* schema */gala_client as client (id, ttl)
        values (?, ?::bigint * interval '1 microsecond')
        on conflict (id) do update set
          beat = client.beat + 1,
          beat_at = clock_timestamp(),
          swept_at = null,
          ttl = excluded.ttl
        returning client.id, client.beat, client.sweeps, client.ttl
      ), early as (
        update /* schema */gala_client as client
        set beat_at = now()
        where client.id in (
          select other.id
          from /* schema */gala_client as other
          where other.beat_at > now() + other.ttl and other.id <> (select own.id from own)
          for update skip locked
        )
      )
      select
        now() as asked_at, own.beat, own.sweeps, silent.id as silent_id, silent.beat as silent_beat,
        silent.beat_at as silent_beat_at,
        (extract(epoch from silent.ttl) * 1000000)::bigint as silent_ttl
      from own
      left join lateral (
        select client.id, client.beat, client.beat_at, client.ttl
        from /* schema */gala_client as client
        where client.id <> own.id
          and client.beat_at <= now() - greatest(client.ttl, own.ttl)
          and (
            client.swept_at is null or client.swept_at <= now() - greatest(client.ttl, own.ttl))
        limit 1000
      ) as silent on true
      """;

  static final String LEAVE =
      """
      delete from /* schema */gala_client where id = ?
      """;

  /** Holds the rows of those who are still as silent as they were; one that beats now lives. */
  static final String RESCUE_CONFIRM =
      """
      select client.id
      from unnest(?::text[], ?::bigint[]) as dead (id, beat)
      join /* schema */gala_client as client on client.id = dead.id and client.beat = dead.beat
      for update of client skip locked
      """;

  /** Forgets those in whose names nothing runs, seen or locked. */
  static final String RESCUE_FORGET =
      """
      delete from /* schema */gala_client as client
      where client.id = any(?::text[])
        and client.beat_at <= now() - ?::bigint * interval '1 microsecond'
        and not exists (
          select
          from /* schema */river_job as job
          where job.state = 'running'
            and job.attempted_by[array_upper(job.attempted_by, 1)] = any(?::text[])
        )
      returning client.id
      """;

  /**
   * The rows are locked before they are judged, passing over those that another hand holds: one
   * that was ended or claimed again meanwhile is no candidate any more. The first rescue of a job
   * leaves it its place in the queue. Were its key held by another row, as can only be where the
   * key does not block while running, it would be refused: it is discarded, as by the scheduler.
   * What is not of River's form (metadata that are no object, errors of several dimensions) stays
   * as it is. Jobs of which this was refused lately are passed over.
   */
  static final String RESCUE_JOBS =
      """
      with dead as materialized (
        select dead.id, dead.cause from unnest(?::text[], ?::text[]) as dead (id, cause)
      ), candidate as materialized (
        select
          job.id, job.attempt, job.max_attempts, job.metadata, job.unique_key, job.unique_states,
          job.attempted_by[array_upper(job.attempted_by, 1)] as client_id
        from /* schema */river_job as job
        where job.state = 'running'
          and job.attempted_by[array_upper(job.attempted_by, 1)] = any(array(select dead.id from dead))
          and job.id <> all(?::bigint[])
          /* these */
        order by job.queue, job.priority, job.scheduled_at, job.id
        limit ?
        for no key update skip locked
      ), counted as materialized (
        select
          candidate.id, candidate.attempt, candidate.max_attempts, candidate.client_id, dead.cause,
          jsonb_exists(candidate.metadata, 'cancel_attempted_at') as cancels,
          case
            when jsonb_typeof(candidate.metadata -> 'river:rescue_count') = 'number'
              then greatest(trunc((candidate.metadata ->> 'river:rescue_count')::numeric), 0)
            else 0
          end as rescues,
          candidate.unique_key is not null
            and candidate.unique_states is not null
            and get_bit(candidate.unique_states, 1) = 0
            and exists (
              select
              from /* schema */river_job as holder
              where holder.unique_key = candidate.unique_key
                and holder.unique_key is not null
                and holder.unique_states is not null
                and /* schema */river_job_state_in_bitmask(holder.unique_states, holder.state)
            ) as conflicts
        from candidate
        join dead on dead.id = candidate.client_id
      ), judged as materialized (
        select
          counted.id, counted.client_id, counted.conflicts,
          case
            when counted.conflicts then 'discarded'
            when counted.cancels then 'cancelled'
            when counted.attempt >= counted.max_attempts then 'discarded'
            when counted.rescues >= 2 then 'retryable'
            else 'available'
          end::/* schema */river_job_state as state,
          power(least(counted.rescues, 24), 4) * (0.9 + 0.2 * random()) * interval '1 second'
            as delay,
          jsonb_build_object('river:rescue_count', counted.rescues + 1)
            || case
              when counted.conflicts then '{"unique_key_conflict": "rescuer_discarded"}'::jsonb
              else '{}'
            end as metadata,
          jsonb_build_object(
            'at', rtrim(
              rtrim(to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), '0'), '.')
              || 'Z',
            'attempt', counted.attempt,
            'error', counted.cause || case
              when counted.conflicts then '; discarded, for another job holds its unique key'
              when counted.cancels then '; cancelled, as was asked for'
              when counted.attempt >= counted.max_attempts then format(
                '; discarded, for this was the last of %s attempt(s), and %s ended with the death'
                  ' of the worker',
                counted.max_attempts, counted.rescues + 1)
              else ''
            end,
            'trace', '') as error
        from counted
      ), rescued as (
        update /* schema */river_job as job
        set
          state = judged.state,
          errors = case
            when array_ndims(job.errors) > 1 then job.errors
            else array_append(job.errors, judged.error)
          end,
          finalized_at = case when judged.state in ('cancelled', 'discarded') then now() end,
          metadata = case
            when jsonb_typeof(job.metadata) = 'object' then job.metadata || judged.metadata
            else job.metadata
          end,
          scheduled_at = case
            when judged.state in ('available', 'retryable') and judged.delay > interval '0'
              then now() + judged.delay
            else job.scheduled_at
          end,
          unique_states = case
            when judged.conflicts then set_bit(job.unique_states, 4, 0)
            else job.unique_states
          end
        from judged
        where job.id = any(array(select judged.id from judged)) and job.id = judged.id
        returning job.id, job.state, job.queue, job.scheduled_at, judged.client_id
      ), notified as materialized (
        select pg_notify(
          coalesce(?::text || '.', current_schema() || '.', '') || 'river_insert',
          jsonb_build_object('queue', ready.queue)::text)
        from (
          select distinct rescued.queue
          from rescued
          where rescued.state = 'available' and rescued.scheduled_at <= now()
        ) as ready
      )
      select rescued.id, rescued.state, rescued.queue, rescued.client_id
      from rescued
      where (select count(*) from notified) >= 0
      """;

  /** The ids of those that {@link #RESCUE_JOBS} would put back, in its order. */
  static final String RESCUE_CANDIDATES =
      """
      select job.id
      from /* schema */river_job as job
      where job.state = 'running'
        and job.attempted_by[array_upper(job.attempted_by, 1)] = any(?::text[])
        and job.id <> all(?::bigint[])
      order by job.queue, job.priority, job.scheduled_at, job.id
      limit ?
      for no key update skip locked
      """;

  /** The same for some of them. */
  static final String RESCUE_THESE =
      RESCUE_JOBS.replace("/* these */", "and job.id = any(?::bigint[])");

  /**
   * Until commit no other client puts jobs back: the keys are the bytes "gres" as a number, and the
   * hash of the schema's name.
   */
  static final String RESCUE_LOCK =
      """
      select
        pg_try_advisory_xact_lock(1735550323, hashtext(coalesce(?::text, current_schema(), '')))
      """;

  /** A table that was analysed at another hour must not be read from end to end. */
  static final String RESCUE_SETTINGS =
      """
      select set_config('enable_seqscan', 'off', true)
      """;

  /** Notes it: whoever lives after all sees that jobs of its own were put back. */
  static final String RESCUE_SWEPT =
      """
      update /* schema */gala_client as client
      set sweeps = client.sweeps + 1, swept_at = case when ? then now() else client.swept_at end
      where client.id = any(?::text[])
      """;

  /**
   * Queue by queue, in the order of the index: so it is read entry by entry, which marks those of
   * jobs that have ended, and nobody reads them again.
   */
  static final String RUNNING =
      """
      select job.id, job.attempt, job.attempted_at, job.queue, job.cancel_requested
      from unnest(?::text[]) as asked (queue)
      cross join lateral (
        select
          job.id, job.attempt, job.attempted_at, job.queue,
          jsonb_exists(job.metadata, 'cancel_attempted_at') as cancel_requested
        from /* schema */river_job as job
        where job.state = 'running'
          and job.queue = asked.queue
          and job.attempted_by[array_upper(job.attempted_by, 1)] = ?
          and job.attempted_at is not null
        order by job.priority, job.scheduled_at, job.id
        limit ?
      ) as job
      limit ?
      """;

  private GalaClientSql() {}
}
