package dev.gala.bench.limit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What River's own client asks of the database, statement by statement: every column bound, every
 * row returned whole, metadata merged at the end.
 */
final class RiverStatements implements Statements {
  private static final String INSERT =
      """
      insert into river_job (
        args, created_at, kind, max_attempts, metadata, priority, queue, scheduled_at, state, tags,
        unique_key, unique_states)
      select
        args, coalesce(created_at, now()), kind, max_attempts, metadata, priority, queue,
        coalesce(scheduled_at, now()), state::river_job_state,
        string_to_array(tags, ',')::varchar(255)[], nullif(unique_key, ''),
        nullif(unique_states, 0)::bit(8)
      from unnest(
        ?::jsonb[], ?::jsonb[], ?::timestamptz[], ?::text[], ?::smallint[], ?::smallint[], ?::text[],
        ?::timestamptz[], ?::text[], ?::text[], ?::bytea[], ?::integer[])
        as job (
          args, metadata, created_at, kind, max_attempts, priority, queue, scheduled_at, state,
          tags, unique_key, unique_states)
      on conflict (unique_key)
        where unique_key is not null
          and unique_states is not null
          and river_job_state_in_bitmask(unique_states, state)
        do update set kind = excluded.kind
      returning river_job.*, (xmax <> 0) as unique_skipped_as_duplicate
      """;

  private static final String CLAIM =
      """
      with locked_jobs as (
        select *
        from river_job
        where state = 'available' and queue = 'events' and scheduled_at <= now()
        order by priority asc, scheduled_at asc, id asc
        limit ?
        for update skip locked
      )
      update river_job
      set
        state = 'running',
        attempt = river_job.attempt + 1,
        attempted_at = now(),
        attempted_by = array_append(
          case
            when array_length(river_job.attempted_by, 1) >= 100
              then river_job.attempted_by[array_length(river_job.attempted_by, 1) - 98:]
            else river_job.attempted_by
          end,
          'river')
      from locked_jobs
      where river_job.id = locked_jobs.id
      returning river_job.*
      """;

  private static final String COMPLETE =
      """
      with job_input as (
        select *
        from unnest(?::bigint[], ?::timestamptz[], ?::text[], ?::boolean[], ?::jsonb[])
          as input (id, finalized_at, state, metadata_do_merge, metadata_updates)
      ), job_to_update as (
        select
          river_job.id,
          river_job.state = 'running' as running,
          input.metadata_do_merge,
          input.metadata_updates,
          input.finalized_at,
          input.state in ('retryable', 'scheduled') and river_job.metadata ?? 'cancel_attempted_at'
            as should_cancel,
          input.state::river_job_state as state
        from river_job
        join job_input as input on river_job.id = input.id
        where river_job.state = 'running' or input.metadata_do_merge
        for update of river_job
      ), updated_running as (
        update river_job
        set
          finalized_at = case
            when job_to_update.should_cancel then now() else job_to_update.finalized_at
          end,
          metadata = case
            when job_to_update.metadata_do_merge
              then river_job.metadata || job_to_update.metadata_updates
            else river_job.metadata
          end,
          state = case
            when job_to_update.should_cancel then 'cancelled'::river_job_state
            else job_to_update.state
          end
        from job_to_update
        where river_job.id = job_to_update.id and job_to_update.running
        returning river_job.*
      )
      select * from updated_running
      union all
      select river_job.*
      from job_to_update
      join river_job on river_job.id = job_to_update.id
      where job_to_update.id not in (select id from updated_running)
      order by id
      """;

  @Override
  public List<Long> insert(Connection connection, List<Row> rows) throws SQLException {
    int count = rows.size();
    try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
      LeanStatements.bindRows(connection, statement, rows, "jsonb");
      same(statement, 3, "timestamptz", null, count);
      same(statement, 4, "text", "gala_dispatch_v1", count);
      same(statement, 5, "int2", 25, count);
      same(statement, 6, "int2", 1, count);
      same(statement, 7, "text", "events", count);
      same(statement, 8, "timestamptz", null, count);
      same(statement, 9, "text", "available", count);
      same(statement, 10, "text", "", count);
      same(statement, 11, "bytea", null, count);
      same(statement, 12, "int4", 0, count);
      return read(statement).stream().map(Claim::id).toList();
    }
  }

  @Override
  public List<Claim> claim(Connection connection, int most) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(CLAIM)) {
      statement.setInt(1, most);
      return read(statement);
    }
  }

  @Override
  public int complete(Connection connection, List<Claim> claims) throws SQLException {
    int count = claims.size();
    try (PreparedStatement statement = connection.prepareStatement(COMPLETE)) {
      statement.setArray(
          1, connection.createArrayOf("int8", claims.stream().map(Claim::id).toArray()));
      same(statement, 2, "timestamptz", java.time.Instant.now().toString(), count);
      same(statement, 3, "text", "completed", count);
      same(statement, 4, "bool", false, count);
      same(statement, 5, "jsonb", "{}", count);
      return read(statement).size();
    }
  }

  private static void same(
      PreparedStatement statement,
      int parameter,
      String type,
      @org.jspecify.annotations.Nullable Object value,
      int count)
      throws SQLException {
    statement.setArray(
        parameter,
        statement.getConnection().createArrayOf(type, Collections.nCopies(count, value).toArray()));
  }

  /** Reads every column, as a client does that gives whole rows to its users. */
  private static List<Claim> read(PreparedStatement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery()) {
      int columns = rows.getMetaData().getColumnCount();
      var claims = new ArrayList<Claim>();
      while (rows.next()) {
        for (int column = 1; column <= columns; column++) {
          rows.getString(column);
        }
        claims.add(
            new Claim(
                rows.getLong("id"),
                rows.getInt("attempt"),
                String.valueOf(rows.getString("attempted_at"))));
      }
      return claims;
    }
  }
}
