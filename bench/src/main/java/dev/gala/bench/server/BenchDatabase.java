package dev.gala.bench.server;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A database of a contestant's own.
 *
 * @param url with user and password, as libpq writes it
 */
public record BenchDatabase(String url) {
  /** The URL as JDBC takes it. */
  public String jdbcUrl() {
    return jdbc(url);
  }

  /** A connection of one's own, in auto-commit mode. */
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(jdbcUrl());
  }

  /** A pool, as applications have them. */
  public HikariDataSource pool(int connections) {
    var config = new HikariConfig();
    config.setJdbcUrl(jdbcUrl());
    config.setMaximumPoolSize(connections);
    return new HikariDataSource(config);
  }

  /** Runs statements, each in a transaction of its own. */
  public void execute(String... statements) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** The one number a query gives. */
  public long number(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  /**
   * Brings tables and disk to rest: what one line left to be written must not be paid by the next.
   * Empty tables are left alone: analyzed, they would be planned for as if they stayed empty, by
   * whoever leaves the planner a choice.
   */
  public void settle() throws SQLException {
    String tables;
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "select string_agg(relid::regclass::text, ', ') from pg_stat_user_tables"
                    + " where pg_relation_size(relid) > 0")) {
      row.next();
      tables = row.getString(1);
    }
    if (tables != null) {
      execute("vacuum analyze " + tables);
    }
    execute("checkpoint");
  }

  static String jdbc(String url) {
    if (url.startsWith("jdbc:")) {
      return url;
    }
    URI uri = URI.create(url);
    String[] user = (uri.getRawUserInfo() == null ? "" : uri.getRawUserInfo()).split(":", 2);
    var jdbc = new StringBuilder("jdbc:postgresql://").append(uri.getHost());
    if (uri.getPort() > 0) {
      jdbc.append(':').append(uri.getPort());
    }
    jdbc.append(uri.getPath()).append("?user=").append(encoded(user[0]));
    if (user.length > 1) {
      jdbc.append("&password=").append(encoded(user[1]));
    }
    return jdbc.toString();
  }

  private static String encoded(String part) {
    return URLEncoder.encode(
        URLDecoder.decode(part, StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }
}
