package dev.gala.river.postgres;

/**
 * The statements on {@code river_job} in a transaction of a worker's own, in which what the worker
 * does and the end of its attempt happen both or not at all, named as on the seam. {@code
 * transaction_timestamp()} tells one transaction from the next on the same connection, at the cost
 * of nothing: no transaction id is assigned for it. The state is compared as text, lest an index
 * that begins with it be read instead of the id's.
 */
final class RiverJobTransactionSql {
  /** Without a lock: cancellations and heartbeats do not wait for the worker. */
  static final String BEGIN =
      """
      select job.metadata, transaction_timestamp() as began_at
      from /* schema */river_job as job
      where job.id = ?
        and job.attempt = ?
        and job.attempted_at = ?::timestamptz
        and job.state::text = 'running'
      """;

  static final String MERGE =
      """
      update /* schema */river_job as job
      set metadata = job.metadata || ?::jsonb
      where job.id = ?
        and job.attempt = ?
        and job.attempted_at = ?::timestamptz
        and job.state::text = 'running'
        and transaction_timestamp() = ?::timestamptz
      """;

  static final String COMPLETE =
      """
      update /* schema */river_job as job
      set
        state = 'completed',
        finalized_at = ?::timestamptz,
        metadata = job.metadata || coalesce(?::jsonb, '{}')
      where job.id = ?
        and job.attempt = ?
        and job.attempted_at = ?::timestamptz
        and job.state::text = 'running'
        and transaction_timestamp() = ?::timestamptz
      """;

  static final String DELETE =
      """
      delete from /* schema */river_job as job
      where job.id = ?
        and job.attempt = ?
        and job.attempted_at = ?::timestamptz
        and job.state::text = 'running'
        and transaction_timestamp() = ?::timestamptz
      """;

  private RiverJobTransactionSql() {}
}
