package dev.gala.river.postgres;

/** The statement on {@code river_job} that makes finished jobs available again. */
final class RiverJobRestartSql {
  /**
   * Each row is reached by its id, and only if it is as it was seen, as in {@link
   * RiverJobSql#JOB_COMPLETE_WAITING}. Of several rows with one key only the first can become
   * available, and none if a row that is not finished, or blocks even so, holds the key. 32767 is
   * what the column holds.
   */
  static final String JOB_RESTART_MANY =
      """
      with candidate as materialized (
        select job.id, job.unique_key, job.unique_states, asked.forget, asked.merge
        from unnest(?::bigint[], ?::text[], ?::int[], ?::text[], ?::text[], ?::text[])
          as asked (id, state, attempt, finalized_at, forget, merge)
        cross join lateral (
          select
            job.id, job.state, job.attempt, job.finalized_at, job.unique_key, job.unique_states
          from /* schema */river_job as job
          where job.id = asked.id
          offset 0
          for no key update
        ) as job
        where job.state::text = asked.state
          and job.attempt = asked.attempt
          and job.finalized_at = asked.finalized_at::timestamptz
      ), ranked as materialized (
        select
          candidate.id,
          candidate.forget,
          candidate.merge,
          candidate.unique_key is not null
            and candidate.unique_states is not null
            and /* schema */river_job_state_in_bitmask(candidate.unique_states, 'available')
            and (
              row_number() over (partition by candidate.unique_key order by candidate.id) > 1
              or exists (
                select
                from /* schema */river_job as other
                where other.unique_key = candidate.unique_key
                  and other.unique_key is not null
                  and other.unique_states is not null
                  and /* schema */river_job_state_in_bitmask(other.unique_states, other.state)
                  and other.id <> candidate.id)
            ) as held
        from candidate
      ), moved as (
        update /* schema */river_job as job
        set
          state = 'available',
          finalized_at = null,
          max_attempts = case
            when job.attempt >= job.max_attempts then least(job.attempt + 1, 32767)
            else job.max_attempts
          end,
          metadata =
            (job.metadata - array(select jsonb_array_elements_text(ranked.forget::jsonb)))
              || ranked.merge::jsonb,
          scheduled_at = now()
        from ranked
        where job.id = ranked.id
          and not ranked.held
          and job.id = any(array(select id from ranked where not held))
        returning job.id, job.queue
      ), notified as materialized (
        select pg_notify(
          coalesce(?::text || '.', current_schema() || '.', '') || 'river_insert',
          jsonb_build_object('queue', ready.queue)::text)
        from (select distinct queue from moved) as ready
      )
      select id, false as held from moved where (select count(*) from notified) >= 0
      union all
      select id, held from ranked where held
      order by id
      """;

  private RiverJobRestartSql() {}
}
