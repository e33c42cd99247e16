package dev.gala.river.postgres;

/**
 * The statements on {@code river_job} of the path of each job, named as on the seam; {@link
 * RiverJobControlSql} has the others.
 *
 * <p>Where a channel is named, its prefix is the configured schema (the parameter) or else the
 * session's, and a session without any gets none. {@code jsonb_build_object} writes the payload as
 * River does, with one space.
 */
final class RiverJobSql {
  /** Every column, as {@link JobRows} reads them, of what is called job. */
  static final String COLUMNS =
      """
        job.id, job.state, job.attempt, job.max_attempts, job.attempted_at, job.created_at,
        job.finalized_at, job.scheduled_at, job.priority, job.args, job.attempted_by,
        job.errors::text[] as errors, job.kind, job.metadata, job.queue, job.tags, job.unique_key,
        job.unique_states::int as unique_states
      """;

  /** Takes no lock, and so waits for none. */
  static final String JOB_ATTEMPT_STATES =
      """
      select given.position, job.state
      from unnest(?::bigint[], ?::int[], ?::text[])
        with ordinality as given (id, attempt, attempted_at, position)
      cross join lateral (
        select job.state, job.attempt, job.attempted_at
        from /* schema */river_job as job
        where job.id = given.id
        offset 0
      ) as job
      where job.attempt = given.attempt
        and job.attempted_at = given.attempted_at::timestamptz
      """;

  /** What a statement without it waits for. */
  private static final String SKIP_LOCKED = " skip locked";

  /**
   * Each row is reached by its id, whatever the planner thinks of the table: the lateral subquery
   * with an offset cannot be turned into a scan of all that is running, nor can the array of ids.
   * The fence stands outside of it: a row claimed again has another attempt or another time. One
   * that is locked is passed over, so that the others do not wait for it. The lock is the weakest
   * that will do: applications' tables may refer to jobs.
   */
  static final String JOB_COMPLETE =
      """
      with mine as materialized (
        select job.id
        from unnest(?::bigint[], ?::int[], ?::text[]) as done (id, attempt, attempted_at)
        cross join lateral (
          select job.id, job.state, job.attempt, job.attempted_at
          from /* schema */river_job as job
          where job.id = done.id
          offset 0
          for no key update skip locked
        ) as job
        where job.state = 'running'
          and job.attempt = done.attempt
          and job.attempted_at = done.attempted_at::timestamptz
      )
      update /* schema */river_job as job
      set state = 'completed', finalized_at = ?::timestamptz
      where job.id = any(array(select mine.id from mine))
      returning job.id
      """;

  /**
   * The same for a caller's transaction, which waits. The ids come sorted, so that two of them lock
   * rows in the same order.
   */
  static final String JOB_COMPLETE_WAITING = JOB_COMPLETE.replace(SKIP_LOCKED, "");

  /**
   * The same where no row is to be left: {@link #JOB_COMPLETE} with a delete, and with the lock
   * that a delete takes, so that it does not wait for those who merely refer to a row.
   */
  static final String JOB_DELETE_IF_RUNNING =
      """
      with mine as materialized (
        select job.id
        from unnest(?::bigint[], ?::int[], ?::text[]) as done (id, attempt, attempted_at)
        cross join lateral (
          select job.id, job.state, job.attempt, job.attempted_at
          from /* schema */river_job as job
          where job.id = done.id
          offset 0
          for update skip locked
        ) as job
        where job.state = 'running'
          and job.attempt = done.attempt
          and job.attempted_at = done.attempted_at::timestamptz
      )
      delete from /* schema */river_job as job
      where job.id = any(array(select mine.id from mine))
      returning job.id
      """;

  /** The same for a caller's transaction, which waits. */
  static final String JOB_DELETE_IF_RUNNING_WAITING =
      JOB_DELETE_IF_RUNNING.replace(SKIP_LOCKED, "");

  /** Begins an attempt at each of the {@code candidate}s: how, for every statement that claims. */
  static final String CLAIM_CANDIDATES =
      """
      update /* schema */river_job as job
      set
        state = 'running',
        attempt = least(job.attempt + 1, 32767),
        attempted_at = now(),
        attempted_by = array_append(
          case
            when array_ndims(job.attempted_by) > 1 then null
            when cardinality(job.attempted_by) >= 100
              then job.attempted_by[cardinality(job.attempted_by) - 98:]
            else job.attempted_by
          end,
          ?::text)
      where job.id = any(array(select id from candidate))
      returning
      """
          + COLUMNS;

  /**
   * The candidates are gathered into an array: they are found once, whatever the plan (joined, they
   * may be put under a loop and found again, claiming more than the limit), and the rows are then
   * always reached by their ids, never by reading the table. 100 is River's limit of attempted_by;
   * one of several dimensions is nobody's, and would make the whole claim fail, as would an attempt
   * beyond what the column holds.
   */
  static final String JOB_GET_AVAILABLE =
      """
      with candidate as materialized (
        select id
        from /* schema */river_job
        where state = 'available'
          and queue = ?
          and scheduled_at <= now()
          /* kinds */
        order by priority, scheduled_at, id
        limit ?
        for no key update skip locked
      )
      """
          + CLAIM_CANDIDATES;

  /** The same, of one kind only: cheaper than an array of one. */
  static final String JOB_GET_AVAILABLE_OF_KIND =
      JOB_GET_AVAILABLE.replace("/* kinds */", "and kind = ?");

  /** The same, of some kinds only. */
  static final String JOB_GET_AVAILABLE_OF_KINDS =
      JOB_GET_AVAILABLE.replace("/* kinds */", "and kind = any(?::text[])");

  /**
   * The same from a place on, in each priority. What comes before it is not read, nor are the dead
   * index entries there, which cost as much as live ones while somebody holds an old snapshot. One
   * place for all priorities would hide what is new of the first ones from whoever is at work on
   * the others. The inner limit is for the planner: the outer one ends the reading, and what it
   * does not take is not locked.
   */
  static final String JOB_GET_AVAILABLE_FROM =
      """
      with candidate as materialized (
        select job.id
        from unnest(?::int[], ?::text[], ?::bigint[])
          with ordinality as start (priority, scheduled_at, id, position)
        cross join lateral (
          select job.id
          from /* schema */river_job as job
          where job.state = 'available'
            and job.queue = ?
            and job.priority = start.priority::smallint
            and (job.scheduled_at, job.id) >= (start.scheduled_at::timestamptz, start.id)
            and job.scheduled_at <= now()
            /* kinds */
          order by job.scheduled_at, job.id
          limit ?
          for no key update skip locked
        ) as job
        order by start.position
        limit ?
      )
      """
          + CLAIM_CANDIDATES;

  /** The same, of one kind only. */
  static final String JOB_GET_AVAILABLE_OF_KIND_FROM =
      JOB_GET_AVAILABLE_FROM.replace("/* kinds */", "and job.kind = ?");

  /** The same, of some kinds only. */
  static final String JOB_GET_AVAILABLE_OF_KINDS_FROM =
      JOB_GET_AVAILABLE_FROM.replace("/* kinds */", "and job.kind = any(?::text[])");

  /**
   * Whether anything is available that {@link #JOB_GET_AVAILABLE_FROM} does not read. Locks
   * nothing, and may be slow: it reads what that one is spared. The order is for the planner: it
   * has the index read that claims read.
   */
  static final String JOB_PASSED_OVER =
      """
      select exists (
        select
        from unnest(?::int[], ?::text[], ?::bigint[]) as start (priority, scheduled_at, id)
        cross join lateral (
          select
          from /* schema */river_job as job
          where job.state = 'available'
            and job.queue = ?
            and job.priority = start.priority::smallint
            and (job.scheduled_at, job.id) < (start.scheduled_at::timestamptz, start.id)
            /* kinds */
          order by job.scheduled_at, job.id
          limit 1
        ) as job
      )
      """;

  /** The same, of one kind only. */
  static final String JOB_PASSED_OVER_OF_KIND =
      JOB_PASSED_OVER.replace("/* kinds */", "and job.kind = ?");

  /** The same, of some kinds only. */
  static final String JOB_PASSED_OVER_OF_KINDS =
      JOB_PASSED_OVER.replace("/* kinds */", "and job.kind = any(?::text[])");

  /**
   * The quickest way to many rows. In this format "now" is the transaction's time, by the server's
   * clock.
   */
  static final String JOB_INSERT_BULK =
      """
      copy /* schema */river_job (
        args, kind, max_attempts, metadata, priority, queue, scheduled_at, state, tags, unique_key,
        unique_states)
      from stdin
      """;

  /** Where an insert may say that its transaction is to be less durable. */
  static final String SLOT_OF_DURABILITY = "/* durability */";

  /** One row. Most applications emit one at a time, and nothing but its values need be read. */
  static final String JOB_INSERT_ONE =
      """
      insert into /* schema */river_job (
        args, created_at, kind, max_attempts, metadata, priority, queue, scheduled_at, state, tags)
      select
        ?::jsonb, now(), ?, ?, ?::jsonb, ?, ?, coalesce(?::text::timestamptz, now()),
        ?::/* schema */river_job_state, string_to_array(?, ',')
      /* durability */
      returning id, created_at
      """;

  /** One row, and its queue is notified. */
  static final String JOB_INSERT_ONE_AND_NOTIFY =
      JOB_INSERT_ONE
          + """
            , pg_notify(
              coalesce(?::text || '.', current_schema() || '.', '') || 'river_insert',
              jsonb_build_object('queue', queue)::text)
          """;

  /**
   * Rows that differ in nothing but arguments and metadata: most are so, and each array less is a
   * text less to read for each row. The ids are drawn from the sequence in the order of the arrays.
   */
  static final String JOB_INSERT_ALIKE =
      """
      insert into /* schema */river_job (
        args, created_at, kind, max_attempts, metadata, priority, queue, scheduled_at, state, tags)
      select
        args::jsonb, now(), ?, ?, metadata::jsonb, ?, ?, coalesce(?::text::timestamptz, now()),
        ?::/* schema */river_job_state, string_to_array(?, ',')
      from unnest(?::text[], ?::text[]) with ordinality as job (args, metadata, position)
      /* durability */
      order by position
      returning id, created_at
      """;

  /** The count of notifications is asked for because a CTE that nobody reads is not run. */
  private static final String NOTIFIED =
      """
      ), notified as materialized (
        select pg_notify(
          coalesce(?::text || '.', current_schema() || '.', '') || 'river_insert',
          jsonb_build_object('queue', queue)::text)
        from unnest(?::text[]) as queue
      )
      select id, created_at from inserted where (select count(*) from notified) >= 0
      """;

  /** Such rows, and queues are notified. */
  static final String JOB_INSERT_ALIKE_AND_NOTIFY =
      "with inserted as (\n" + JOB_INSERT_ALIKE + NOTIFIED;

  /** Any rows, and queues are notified. The ids are drawn in the order of the arrays. */
  static final String JOB_INSERT_FAST =
      """
      with inserted as (
        insert into /* schema */river_job (
          args, created_at, kind, max_attempts, metadata, priority, queue, scheduled_at, state, tags)
        select
          args::jsonb, now(), kind, max_attempts, metadata::jsonb, priority, queue,
          coalesce(scheduled_at::timestamptz, now()), state::/* schema */river_job_state, string_to_array(tags, ',')
        from unnest(
          ?::text[], ?::text[], ?::int[], ?::text[], ?::int[], ?::text[], ?::text[], ?::text[],
          ?::text[])
          with ordinality as job (
            args, kind, max_attempts, metadata, priority, queue, scheduled_at, state, tags,
            position)
        /* durability */
        order by position
        returning id, created_at
      """
          + NOTIFIED;

  static final String PATIENCE =
      """
        where (
          select set_config(
            'lock_timeout', coalesce(nullif(current_setting('lock_timeout'), '0'), '2s'), true)
        ) is not null
      """;

  /**
   * The ids are drawn in the order of the arrays, and then tell what was inserted: a row that comes
   * back with another id was there before. The rows are gone through by their keys, so that two
   * inserts of the same keys wait for one another and not both for the other. Writing the kind that
   * is there changes nothing, but returns the row as it is once nobody else holds it.
   *
   * <p>A key may be held in a transaction that stays open for long: where the session waits for
   * ever, this statement's transaction does not.
   */
  static final String JOB_INSERT_UNIQUE =
      """
      with given as materialized (
        select nextval('/* schema */river_job_id_seq'::regclass) as id, job.*
        from unnest(
          ?::text[], ?::text[], ?::int[], ?::text[], ?::int[], ?::text[], ?::text[], ?::text[],
          ?::text[], ?::text[], ?::int[])
          with ordinality as job (
            args, kind, max_attempts, metadata, priority, queue, scheduled_at, state, tags,
            unique_key, unique_states, position)
      """
          + PATIENCE
          + """
      ), job as (
        insert into /* schema */river_job as job (
          id, args, created_at, kind, max_attempts, metadata, priority, queue, scheduled_at, state,
          tags, unique_key, unique_states)
        select
          id, args::jsonb, now(), kind, max_attempts, metadata::jsonb, priority, queue,
          coalesce(scheduled_at::timestamptz, now()), state::/* schema */river_job_state,
          string_to_array(tags, ','), decode(unique_key, 'hex'), nullif(unique_states, 0)::bit(8)
        from given
        order by unique_key nulls first, position
        on conflict (unique_key)
          where unique_key is not null
            and unique_states is not null
            and /* schema */river_job_state_in_bitmask(unique_states, state)
          do update set kind = job.kind
        returning job.*
      ), notified as materialized (
        select pg_notify(
          coalesce(?::text || '.', current_schema() || '.', '') || 'river_insert',
          jsonb_build_object('queue', queue)::text)
        from unnest(?::text[]) as queue
      )
      select given.position as inserted_position,
      """
          + COLUMNS
          + """
      from job
      left join given on given.id = job.id
      where (select count(*) from notified) >= 0
      """;

  /** The same for a caller's transaction, of which nothing is changed: it waits as it likes. */
  static final String JOB_INSERT_UNIQUE_WAITING = JOB_INSERT_UNIQUE.replace(PATIENCE, "");

  /**
   * Rows still in the attempt are locked by ascending id, but for those locked already, and judged
   * as they are then: running, ended by another hand, or about to be retried although their
   * cancellation was asked for.
   */
  private static final String SET_STATE =
      """
      with fenced as materialized (
        select
          job.id,
          job.state as found,
          job.state = 'running' as running,
          outcome.state in ('retryable', 'scheduled')
            and jsonb_exists(job.metadata, 'cancel_attempted_at') as cancels,
          outcome.state::/* schema */river_job_state as state,
          outcome.next_attempt,
          case
            when outcome.error_at is not null then jsonb_build_object(
              'at', outcome.error_at, 'attempt', outcome.error_attempt, 'error', outcome.error,
              'trace', outcome.trace)
          end as error,
          outcome.finalized_at::timestamptz as finalized_at,
          outcome.metadata::jsonb as metadata,
          outcome.scheduled_at::timestamptz as scheduled_at
        from unnest(
          ?::bigint[], ?::int[], ?::text[], ?::text[], ?::int[], ?::text[], ?::int[], ?::text[],
          ?::text[], ?::text[], ?::text[], ?::text[])
          as outcome (
            id, attempt, attempted_at, state, next_attempt, error_at, error_attempt, error, trace,
            finalized_at, metadata, scheduled_at)
        cross join lateral (
          select job.id, job.state, job.attempt, job.attempted_at, job.metadata
          from /* schema */river_job as job
          where job.id = outcome.id
          offset 0
          for no key update skip locked
        ) as job
        where job.attempt = outcome.attempt
          and job.attempted_at = outcome.attempted_at::timestamptz
          and job.state in ('running', 'cancelled', 'completed', 'discarded')
      ), written as (
        update /* schema */river_job as job
        set
          state = case
            when not fenced.running then job.state
            when fenced.cancels then 'cancelled'
            else fenced.state
          end,
          attempt = case
            when fenced.running and not fenced.cancels
              then coalesce(fenced.next_attempt, job.attempt)
            else job.attempt
          end,
          errors = case
            when fenced.running and fenced.error is not null
              then array_append(job.errors, fenced.error)
            else job.errors
          end,
          finalized_at = case
            when not fenced.running then job.finalized_at
            when fenced.cancels then now()
            else coalesce(fenced.finalized_at, job.finalized_at)
          end,
          metadata = case
            when fenced.metadata is not null then job.metadata || fenced.metadata
            else job.metadata
          end,
          scheduled_at = case
            when fenced.running and not fenced.cancels
              then coalesce(fenced.scheduled_at, job.scheduled_at)
            else job.scheduled_at
          end
        from fenced
        where job.id = any(array(select fenced.id from fenced))
          and job.id = fenced.id
      """;

  /** Tells the states. */
  static final String JOB_SET_STATE_IF_RUNNING =
      SET_STATE
          + """
                and (fenced.running or fenced.metadata is not null)
              returning job.id, job.state
            )
            select id, state from written
            union all
            select id, found from fenced where not running and metadata is null
            """;

  /** Tells the whole rows; one that is to stay as it is, is written as it is to be returned. */
  static final String JOB_SET_STATE_IF_RUNNING_AND_RETURN =
      SET_STATE
          + """
              returning
            """
          + COLUMNS
          + """
            )
            select * from written
            """;

  /** The same for a caller's transaction, which waits. */
  static final String JOB_SET_STATE_IF_RUNNING_WAITING =
      JOB_SET_STATE_IF_RUNNING.replace(SKIP_LOCKED, "");

  /** The same for a caller's transaction, which waits. */
  static final String JOB_SET_STATE_IF_RUNNING_AND_RETURN_WAITING =
      JOB_SET_STATE_IF_RUNNING_AND_RETURN.replace(SKIP_LOCKED, "");

  private RiverJobSql() {}
}
