package dev.gala.bench.limit;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** As little as it takes: with the fence, and without anything that need not be written or read. */
final class LeanStatements implements Statements {
  static final String COLUMNS =
      "(args, kind, max_attempts, metadata, priority, queue, state, tags)";

  private static final String INSERT =
      "insert into river_job "
          + COLUMNS
          + """

          select args::jsonb, 'gala_dispatch_v1', 25, metadata::jsonb, 1, 'events', 'available', '{}'
          from unnest(?::text[], ?::text[]) as job (args, metadata)
          returning id
          """;

  /** What is not named has the values that the table gives it. */
  private static final String COPY = "copy river_job (args, kind, metadata, queue) from stdin";

  /** Already claimed, by the process that inserts it. */
  private static final String INSERT_RUNNING =
      """
      insert into river_job (
        args, kind, max_attempts, metadata, priority, queue, state, tags, attempt, attempted_at,
        attempted_by)
      select
        args::jsonb, 'gala_dispatch_v1', 25, metadata::jsonb, 1, 'events', 'running', '{}', 1,
        now(), '{limit}'
      from unnest(?::text[], ?::text[]) as job (args, metadata)
      returning id, attempt, attempted_at::text
      """;

  private static final String CLAIM =
      """
      with candidate as materialized (
        select id
        from river_job
        where state = 'available' and queue = 'events' and scheduled_at <= now()
        order by priority, scheduled_at, id
        limit ?
        for update skip locked
      )
      update river_job as job
      set
        state = 'running',
        attempt = job.attempt + 1,
        attempted_at = now(),
        attempted_by = array_append(job.attempted_by, 'limit')
      where job.id = any(array(select id from candidate))
      returning job.id, job.attempt, job.attempted_at::text, job.args, job.metadata
      """;

  /**
   * The fence: only what is still in the attempt that was begun. Rows that were claimed together
   * have been claimed at the same time, so that it need not be said of each. The state is compared
   * as a text lest the planner read an index of all that is running.
   */
  private static final String IF_IN_ATTEMPT =
      """
      where id = any(?::bigint[])
        and state::text = 'running'
        and attempt = ?
        and attempted_at = ?::timestamptz
      """;

  private static final String COMPLETE =
      """
      update river_job
      set state = 'completed', finalized_at = now()
      """
          + IF_IN_ATTEMPT;

  /** Tried again a second later. */
  private static final String FAIL =
      """
      update river_job
      set
        state = 'available',
        scheduled_at = now() + interval '1 second',
        errors = array_append(
          errors, jsonb_build_object('at', now(), 'attempt', attempt, 'error', 'failed', 'trace', ''))
      """
          + IF_IN_ATTEMPT;

  @Override
  public List<Long> insert(Connection connection, List<Row> rows) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
      bindRows(connection, statement, rows, "text");
      try (ResultSet inserted = statement.executeQuery()) {
        var ids = new ArrayList<Long>(rows.size());
        while (inserted.next()) {
          ids.add(inserted.getLong(1));
        }
        return ids;
      }
    }
  }

  @Override
  public int insertMany(Connection connection, List<Row> rows) throws SQLException {
    var text = new StringBuilder();
    for (Row row : rows) {
      appendCopied(text, row.args()).append("\tgala_dispatch_v1\t");
      appendCopied(text, row.metadata()).append("\tevents\n");
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(COPY);
    copy.writeToCopy(bytes, 0, bytes.length);
    return (int) copy.endCopy();
  }

  /** JSON has no tabs and line feeds but escaped ones. */
  private static StringBuilder appendCopied(StringBuilder text, String json) {
    return text.append(json.indexOf('\\') < 0 ? json : json.replace("\\", "\\\\"));
  }

  /** Inserts rows that are being worked already. */
  List<Claim> insertRunning(Connection connection, List<Row> rows) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(INSERT_RUNNING)) {
      bindRows(connection, statement, rows, "text");
      return claims(statement);
    }
  }

  @Override
  public List<Claim> claim(Connection connection, int most) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(CLAIM)) {
      statement.setInt(1, most);
      return claims(statement);
    }
  }

  @Override
  public int complete(Connection connection, List<Claim> claims) throws SQLException {
    return end(connection, COMPLETE, claims);
  }

  int fail(Connection connection, List<Claim> claims) throws SQLException {
    return end(connection, FAIL, claims);
  }

  static void bindRows(
      Connection connection, PreparedStatement statement, List<Row> rows, String type)
      throws SQLException {
    statement.setArray(1, connection.createArrayOf(type, rows.stream().map(Row::args).toArray()));
    statement.setArray(
        2, connection.createArrayOf(type, rows.stream().map(Row::metadata).toArray()));
  }

  private static List<Claim> claims(PreparedStatement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery()) {
      var claims = new ArrayList<Claim>();
      while (rows.next()) {
        claims.add(new Claim(rows.getLong(1), rows.getInt(2), rows.getString(3)));
        for (int column = 4; column <= rows.getMetaData().getColumnCount(); column++) {
          rows.getString(column);
        }
      }
      return claims;
    }
  }

  private static int end(Connection connection, String sql, List<Claim> claims)
      throws SQLException {
    var ids = new LinkedHashMap<Attempt, List<Long>>();
    for (Claim claim : claims) {
      var attempt = new Attempt(claim.attempt(), claim.attemptedAt());
      ids.computeIfAbsent(attempt, one -> new ArrayList<>()).add(claim.id());
    }
    int ended = 0;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (Map.Entry<Attempt, List<Long>> together : ids.entrySet()) {
        statement.setArray(1, connection.createArrayOf("int8", together.getValue().toArray()));
        statement.setInt(2, together.getKey().number());
        statement.setString(3, together.getKey().begunAt());
        ended += statement.executeUpdate();
      }
    }
    return ended;
  }

  private record Attempt(int number, String begunAt) {}
}
