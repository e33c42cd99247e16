package dev.gala.cli.demo;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** The demonstration's own tables, in a schema of its own, and what it counts in the database. */
final class DemoStore {
  private static final String CREATE =
      """
      create schema %1$s;
      create table %1$s.recorded_commit (
        number integer primary key,
        event_id text not null unique,
        sha text not null,
        author text not null
      );
      create table %1$s.author_statistics (
        author text primary key,
        commits integer not null,
        last_commit timestamptz not null
      );
      create table %1$s.delivery (
        event_id text not null,
        listener text not null,
        attempt integer not null
      );
      """;

  private static final String INSERT_COMMIT =
      "insert into %1$s.recorded_commit (number, event_id, sha, author) values (?, ?, ?, ?)";

  private static final String UPSERT_STATISTICS =
      """
      insert into %1$s.author_statistics (author, commits, last_commit)
      values (?, 1, ?)
      on conflict (author) do update set
        commits = author_statistics.commits + 1,
        last_commit = greatest(author_statistics.last_commit, excluded.last_commit)
      """;

  private static final String INSERT_DELIVERY =
      "insert into %1$s.delivery (event_id, listener, attempt) values (?, ?, ?)";

  private static final String EVENT_IDS = "select event_id from %1$s.recorded_commit";

  private static final String DELIVERIES = "select event_id from %1$s.delivery where listener = ?";

  private static final String TOP_AUTHORS =
      """
      select author, commits
      from %1$s.author_statistics
      order by commits desc, author
      limit 3
      """;

  private static final String LIVE_JOBS =
      "select count(*) from river_job where queue = ? and finalized_at is null";

  private static final String RETRIES =
      "select coalesce(sum(cardinality(errors)), 0) from river_job where queue = ?";

  /**
   * A listener's success.
   *
   * @param eventId of which event
   * @param listener whose
   * @param attempt at which attempt
   */
  record Delivery(String eventId, String listener, int attempt) {}

  private final String schema;

  DemoStore(String schema) {
    this.schema = schema;
  }

  String schema() {
    return schema;
  }

  void create(Connection connection) throws SQLException {
    execute(connection, sql(CREATE));
  }

  void drop(Connection connection, String queue) throws SQLException {
    execute(connection, sql("drop schema if exists %1$s cascade"));
    try (PreparedStatement statement =
        connection.prepareStatement(
            "delete from river_job where queue = ? and state <> 'running'")) {
      statement.setString(1, queue);
      statement.executeUpdate();
    }
  }

  void insertCommit(Connection connection, CommitRecorded commit, String eventId)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql(INSERT_COMMIT))) {
      statement.setInt(1, commit.number());
      statement.setString(2, eventId);
      statement.setString(3, commit.sha());
      statement.setString(4, commit.author());
      statement.executeUpdate();
    }
  }

  void countAuthor(Connection connection, CommitRecorded commit) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql(UPSERT_STATISTICS))) {
      statement.setString(1, commit.author());
      statement.setObject(2, Instant.parse(commit.committedAt()).atOffset(ZoneOffset.UTC));
      statement.executeUpdate();
    }
  }

  void insertDelivery(Connection connection, Delivery delivery) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql(INSERT_DELIVERY))) {
      statement.setString(1, delivery.eventId());
      statement.setString(2, delivery.listener());
      statement.setInt(3, delivery.attempt());
      statement.executeUpdate();
    }
  }

  List<String> eventIds(Connection connection) throws SQLException {
    return texts(connection, sql(EVENT_IDS));
  }

  List<String> deliveries(Connection connection, String listener) throws SQLException {
    return texts(connection, sql(DELIVERIES), listener);
  }

  List<String> topAuthors(Connection connection) throws SQLException {
    var authors = new ArrayList<String>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql(TOP_AUTHORS))) {
      while (rows.next()) {
        authors.add(rows.getString(1) + " " + rows.getInt(2));
      }
    }
    return authors;
  }

  /** How many of the queue's jobs have not ended. */
  long liveJobs(Connection connection, String queue) throws SQLException {
    return count(connection, LIVE_JOBS, queue);
  }

  /** How many attempts of the queue's jobs failed and were tried again. */
  long retries(Connection connection, String queue) throws SQLException {
    return count(connection, RETRIES, queue);
  }

  private String sql(String template) {
    return String.format(template, schema);
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static long count(Connection connection, String sql, String queue) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, queue);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private static List<String> texts(Connection connection, String sql, String... parameters)
      throws SQLException {
    var texts = new ArrayList<String>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setString(i + 1, parameters[i]);
      }
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          texts.add(rows.getString(1));
        }
      }
    }
    return texts;
  }
}
