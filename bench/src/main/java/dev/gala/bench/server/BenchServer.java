package dev.gala.bench.server;

import dev.gala.test.postgres.EmbeddedPostgres;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The PostgreSQL that everything is measured on: one of our own, as a production server would be
 * set, or one that is there already.
 */
public final class BenchServer implements AutoCloseable {
  /** What is told of a server, and what must be on. */
  private static final List<String> TOLD =
      List.of(
          "fsync",
          "full_page_writes",
          "synchronous_commit",
          "wal_sync_method",
          "shared_buffers",
          "max_wal_size",
          "checkpoint_timeout",
          "max_connections",
          "autovacuum",
          "shared_preload_libraries");

  private static final List<String> DURABLE =
      List.of("fsync", "full_page_writes", "synchronous_commit");

  private final @Nullable EmbeddedPostgres own;
  private final String url;

  private BenchServer(@Nullable EmbeddedPostgres own, String url) {
    this.own = own;
    this.url = url;
  }

  /**
   * Starts a durable server.
   *
   * @param directory where its data lie, on the disk that is to be measured
   * @param countsStatements whether it keeps the statistics that the idle clients are measured by;
   *     they cost something, so the other scenarios do without
   */
  public static BenchServer start(Path directory, boolean countsStatements) {
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .durable()
            .directory(directory)
            .setting("shared_buffers", "1GB")
            .setting("max_wal_size", "8GB")
            .setting("checkpoint_timeout", "30min")
            .setting("max_connections", "300");
    if (countsStatements) {
      builder.setting("shared_preload_libraries", "pg_stat_statements");
    }
    EmbeddedPostgres started = builder.start();
    return new BenchServer(started, started.url());
  }

  /** A server that is there, by a URL whose user may create databases. */
  public static BenchServer at(String url) {
    return new BenchServer(null, url);
  }

  /** An empty database of this name, in place of one that may be there. */
  public BenchDatabase create(String name) throws SQLException {
    execute("drop database if exists " + name + " with (force)", "create database " + name);
    return new BenchDatabase(urlOf(name));
  }

  /** A copy of a database that nobody is connected to. */
  public BenchDatabase copy(String template, String name) throws SQLException {
    execute(
        "drop database if exists " + name + " with (force)",
        "create database " + name + " template " + template + " strategy file_copy");
    return new BenchDatabase(urlOf(name));
  }

  /** Removes a database. */
  public void drop(String name) throws SQLException {
    execute("drop database if exists " + name + " with (force)");
  }

  /** Its version, and the settings that matter. */
  public Map<String, String> settings() throws SQLException {
    Map<String, String> settings = new LinkedHashMap<>();
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      settings.put("server_version", show(statement, "server_version"));
      for (String name : TOLD) {
        settings.put(name, show(statement, name));
      }
    }
    return settings;
  }

  /** What would make figures of durable writes a lie. */
  public static List<String> problems(Map<String, String> settings) {
    var problems = new ArrayList<String>();
    for (String name : DURABLE) {
      String value = settings.get(name);
      if (!"on".equals(value)) {
        problems.add(
            "the server's " + name + " is " + value + ": figures of a durable server need it on");
      }
    }
    return problems;
  }

  /** Stops a server of our own. */
  @Override
  public void close() {
    if (own != null) {
      own.close();
    }
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(BenchDatabase.jdbc(url));
  }

  private void execute(String... statements) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static String show(Statement statement, String name) throws SQLException {
    try (var row = statement.executeQuery("show " + name)) {
      row.next();
      return row.getString(1);
    }
  }

  private String urlOf(String database) {
    URI uri = URI.create(url);
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    return uri.getScheme() + "://" + uri.getRawAuthority() + "/" + database + query;
  }
}
