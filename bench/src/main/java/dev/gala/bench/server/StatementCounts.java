package dev.gala.bench.server;

import dev.gala.bench.load.Metric;
import dev.gala.bench.load.Sample;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Counts the statements that a server runs for a database. */
public final class StatementCounts {
  private StatementCounts() {}

  /** Whether the server can tell; makes it ready to. */
  public static boolean available(BenchDatabase database) {
    try {
      database.execute("create extension if not exists pg_stat_statements");
      database.execute("select pg_stat_statements_reset()");
      return true;
    } catch (SQLException e) {
      return false;
    }
  }

  /** Forgets what was counted. */
  public static void reset(BenchDatabase database) throws SQLException {
    database.number("select count(*) from (select pg_stat_statements_reset()) as done");
  }

  /** Statements a second since they were forgotten, and which they were. */
  public static Sample sample(BenchDatabase database, int seconds) throws SQLException {
    Map<String, Long> byKind = byKind(database);
    long all = byKind.values().stream().mapToLong(Long::longValue).sum();
    var details = new LinkedHashMap<String, String>();
    byKind.forEach(
        (kind, count) ->
            details.put(kind, String.format(Locale.ROOT, "%.2f/s", (double) count / seconds)));
    return Sample.of(Metric.STATEMENTS, (double) all / seconds).withDetails(details);
  }

  /** How often each kind of statement ran, the most frequent first; ours excepted. */
  static Map<String, Long> byKind(BenchDatabase database) throws SQLException {
    Map<String, Long> counts = new TreeMap<>();
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                """
                select query, calls
                from pg_stat_statements
                join pg_database on pg_database.oid = dbid
                where datname = current_database() and query not like '%pg_stat_statements%'
                """)) {
      while (rows.next()) {
        counts.merge(kind(rows.getString(1)), rows.getLong(2), Long::sum);
      }
    }
    var sorted = new LinkedHashMap<String, Long>();
    counts.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
    return sorted;
  }

  /** The first words of a statement, enough to know it by. */
  static String kind(String sql) {
    String plain = sql.replaceAll("--[^\n]*\n", " ").replaceAll("/\\*.*?\\*/", " ");
    String line = plain.strip().replaceAll("\\s+", " ");
    return line.length() <= 60 ? line : line.substring(0, 60) + "…";
  }
}
