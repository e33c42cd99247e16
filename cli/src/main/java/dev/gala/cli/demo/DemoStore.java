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
  /**
   * An author's statistics are in parts, one for each connection that counts: two transactions that
   * count the same author at once would otherwise wait for each other's commit.
   */
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
        author text not null,
        part integer not null,
        commits integer not null,
        last_commit timestamptz not null,
        primary key (author, part)
      );
      create table %1$s.delivery (
        event_id text not null,
        attempt integer not null
      );
      """;

  private static final String INSERT_COMMIT =
      "insert into %1$s.recorded_commit (number, event_id, sha, author) values (?, ?, ?, ?)";

  /** One statement and so one transaction: what is counted is recorded as delivered. */
  private static final String COUNT_AUTHOR =
      """
      with counted as (
        insert into %1$s.author_statistics (author, part, commits, last_commit)
        values (?, ?, 1, ?)
        on conflict (author, part) do update set
          commits = author_statistics.commits + 1,
          last_commit = greatest(author_statistics.last_commit, excluded.last_commit)
      )
      insert into %1$s.delivery (event_id, attempt) values (?, ?)
      """;

  private static final String EVENT_IDS = "select event_id from %1$s.recorded_commit";

  private static final String DELIVERIES = "select event_id from %1$s.delivery";

  private static final String TOP_AUTHORS =
      """
      select author, sum(commits) as commits
      from %1$s.author_statistics
      group by author
      order by commits desc, author
      limit 3
      """;

  private static final String DROP = "drop schema if exists %1$s cascade";

  /** All states are named so that the index on (state, queue, …) serves. */
  private static final String DELETE_JOBS =
      """
      delete from river_job
      where queue = ?
        and state in (
          'available', 'cancelled', 'completed', 'discarded', 'pending', 'retryable', 'running',
          'scheduled')
      """;

  private static final String DELETE_QUEUE = "delete from river_queue where name = ?";

  private static final String LIVE_JOBS =
      """
      select count(*)
      from river_job
      where queue = ? and state in ('available', 'pending', 'retryable', 'running', 'scheduled')
      """;

  /** The last failure of a discarded job was not tried again. */
  private static final String RETRIES =
      """
      select coalesce(sum(cardinality(errors)), 0) - count(*) filter (where state = 'discarded')
      from river_job
      where queue = ?
        and errors is not null
        and state in (
          'available', 'cancelled', 'completed', 'discarded', 'pending', 'retryable', 'running',
          'scheduled')
      """;

  private final String schema;
  private final String queue;

  /**
   * For one run.
   *
   * @param schema where its tables are to be
   * @param queue the queue of its jobs
   */
  DemoStore(String schema, String queue) {
    this.schema = schema;
    this.queue = queue;
  }

  String queue() {
    return queue;
  }

  /** A statement for the user to look at the statistics. */
  String question() {
    return "select author, sum(commits) from " + schema + ".author_statistics group by author";
  }

  String schema() {
    return schema;
  }

  void create(Connection connection) throws SQLException {
    execute(connection, sql(CREATE));
  }

  /** Removes the run's tables and jobs. */
  void drop(Connection connection) throws SQLException {
    execute(connection, sql(DROP));
    for (String statement : List.of(DELETE_JOBS, DELETE_QUEUE)) {
      try (PreparedStatement delete = connection.prepareStatement(statement)) {
        delete.setString(1, queue);
        delete.executeUpdate();
      }
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

  /**
   * Counts a commit for its author, and records that the event was delivered.
   *
   * @param attempt at which attempt
   */
  void countAuthor(DemoConnections.Slot slot, CommitRecorded commit, String eventId, int attempt)
      throws SQLException {
    try (PreparedStatement statement = slot.connection().prepareStatement(sql(COUNT_AUTHOR))) {
      statement.setString(1, commit.author());
      statement.setInt(2, slot.number());
      statement.setObject(3, Instant.parse(commit.committedAt()).atOffset(ZoneOffset.UTC));
      statement.setString(4, eventId);
      statement.setInt(5, attempt);
      statement.executeUpdate();
    }
  }

  List<String> eventIds(Connection connection) throws SQLException {
    return texts(connection, sql(EVENT_IDS));
  }

  List<String> deliveries(Connection connection) throws SQLException {
    return texts(connection, sql(DELIVERIES));
  }

  List<String> topAuthors(Connection connection) throws SQLException {
    var authors = new ArrayList<String>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql(TOP_AUTHORS))) {
      while (rows.next()) {
        authors.add(rows.getString(1) + " " + rows.getLong(2));
      }
    }
    return authors;
  }

  /** How many of the run's jobs have not ended. */
  long liveJobs(Connection connection) throws SQLException {
    return count(connection, LIVE_JOBS);
  }

  /** How many attempts of the run's jobs failed and were tried again. */
  long retries(Connection connection) throws SQLException {
    return count(connection, RETRIES);
  }

  private String sql(String template) {
    return String.format(template, schema);
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private long count(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, queue);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private static List<String> texts(Connection connection, String sql) throws SQLException {
    var texts = new ArrayList<String>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
    }
    return texts;
  }
}
