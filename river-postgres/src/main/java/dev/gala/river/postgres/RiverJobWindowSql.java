package dev.gala.river.postgres;

/** The statement that finds the ids that jobs of a time have. */
final class RiverJobWindowSql {
  /**
   * Nothing indexes {@code created_at}, but ids grow with it: so it is looked for by halves in the
   * primary key, with a row read in each of at most some sixty steps. In a table of few ids that is
   * not worth it, and of the last thousand none is told apart.
   */
  static final String JOB_ID_AT =
      """
      with recursive step (below, above, low, high) as (
        select null::bigint, null::bigint, first, last
        from (
          select
            (select id from /* schema */river_job order by id limit 1) as first,
            (select id from /* schema */river_job order by id desc limit 1) as last
        ) as ends
        where last - first >= 10000
        union all
        select
          case when probe.early then probe.id else step.below end,
          case when probe.early then step.above else probe.id end,
          case when probe.early then probe.id else step.low end,
          case when probe.early then step.high else step.low + (step.high - step.low) / 2 end
        from step
        cross join lateral (
          select job.id, job.created_at < ?::timestamptz as early
          from /* schema */river_job as job
          where job.id >= step.low + (step.high - step.low) / 2
            and isfinite(job.created_at)
          order by job.id
          limit 1
        ) as probe
        where step.high - step.low > 1000
      )
      select below, above from step order by high - low limit 1
      """;

  private RiverJobWindowSql() {}
}
