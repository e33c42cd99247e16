package dev.gala.cli.bench;

import dev.gala.cli.input.UsageException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** River's tables and what the database counts, over one connection in auto-commit mode. */
final class BenchTables {
  private static final String MISSING = "select to_regclass('/* schema */river_job') is null";

  /** The kind of a job that is not the benchmark's, if there is one. */
  private static final String SOMEBODY_ELSES =
      """
      select kind
      from /* schema */river_job
      where kind <> 'benchmark'
      limit 1
      """;

  private static final String TRUNCATE =
      "truncate /* schema */river_job, /* schema */river_leader, /* schema */river_queue";

  /** It came with version 7. */
  private static final String HAS_NOTIFICATIONS =
      "select to_regclass('/* schema */river_notification') is not null";

  private static final String TRUNCATE_NOTIFICATIONS = "truncate /* schema */river_notification";

  private static final String VACUUM = "vacuum full /* schema */river_job";

  private static final String COUNTS =
      """
      select
        xact_commit,
        tup_inserted,
        tup_updated,
        tup_deleted,
        blks_read,
        blks_hit,
        pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint,
        pg_total_relation_size('/* schema */river_job')
      from pg_stat_database
      where datname = current_database()
      """;

  private final Connection connection;
  private final String prefix;

  BenchTables(Connection connection, @Nullable String schema) {
    this.connection = connection;
    this.prefix = schema == null ? "" : '"' + schema + "\".";
  }

  /**
   * What the database has counted.
   *
   * @param commits transactions committed
   * @param inserted rows inserted
   * @param updated rows updated
   * @param deleted rows deleted
   * @param read blocks that were not in the server's buffers
   * @param hit blocks that were
   * @param wal bytes of the log, of the whole server
   * @param size bytes of the table of jobs and its indexes
   */
  record Counts(
      long commits,
      long inserted,
      long updated,
      long deleted,
      long read,
      long hit,
      long wal,
      long size) {
    /** What came since; the size is the size now. */
    Counts since(Counts before) {
      return new Counts(
          commits - before.commits,
          inserted - before.inserted,
          updated - before.updated,
          deleted - before.deleted,
          read - before.read,
          hit - before.hit,
          wal - before.wal,
          size);
    }
  }

  /**
   * Empties River's tables.
   *
   * @param discardJobs whether jobs that are not the benchmark's may go too
   * @throws UsageException if there are some, or there are no tables
   */
  void reset(boolean discardJobs) throws SQLException {
    if (truth(MISSING)) {
      throw new UsageException(
          "there is no table " + prefix + "river_job: make it by gala river migrate-up first");
    }
    String kind = discardJobs ? null : text(SOMEBODY_ELSES);
    if (kind != null) {
      throw new UsageException(
          "there are jobs of kind '"
              + kind
              + "', and the benchmark empties the tables: give it a database of its own, or say"
              + " --discard-jobs");
    }
    execute(TRUNCATE);
    if (truth(HAS_NOTIFICATIONS)) {
      execute(TRUNCATE_NOTIFICATIONS);
    }
    execute(VACUUM);
  }

  Counts counts() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql(COUNTS))) {
      row.next();
      return new Counts(
          row.getLong(1),
          row.getLong(2),
          row.getLong(3),
          row.getLong(4),
          row.getLong(5),
          row.getLong(6),
          row.getLong(7),
          row.getLong(8));
    }
  }

  private void execute(String template) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql(template));
    }
  }

  private boolean truth(String template) throws SQLException {
    return "t".equals(text(template));
  }

  private @Nullable String text(String template) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql(template))) {
      return row.next() ? row.getString(1) : null;
    }
  }

  private String sql(String template) {
    return template.replace("/* schema */", prefix);
  }
}
