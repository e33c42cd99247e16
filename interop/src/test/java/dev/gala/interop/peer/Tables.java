package dev.gala.interop.peer;

import dev.gala.river.RiverDatabase;
import dev.gala.test.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A database with River's tables, and looks into them from outside. */
public final class Tables implements AutoCloseable {
  private static final long PATIENCE_NANOS = 120_000_000_000L;

  private final TestDatabase database;

  private Tables(TestDatabase database) {
    this.database = database;
  }

  /** A database of its own with the newest tables. */
  public static Tables create() {
    TestDatabase database = TestDatabase.create();
    try (RiverDatabase river = RiverDatabase.connect(database.url())) {
      river.migrator().up();
    }
    return new Tables(database);
  }

  /** A database of its own without tables. */
  public static Tables empty() {
    return new Tables(TestDatabase.create());
  }

  /** The database's URL. */
  public String url() {
    return database.url();
  }

  /** A connection of the test's. */
  public Connection connect() throws SQLException {
    return database.connect();
  }

  /** The first column of the first row, as text; null if it is, or there is none. */
  public String value(String query) {
    List<String> column = column(query);
    return column.isEmpty() ? null : column.getFirst();
  }

  /** The first column, as texts. */
  public List<String> column(String query) {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      var values = new ArrayList<String>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    } catch (SQLException e) {
      throw new AssertionError(query, e);
    }
  }

  /** Runs a statement. */
  public void execute(String sql) {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new AssertionError(sql, e);
    }
  }

  /** Looks again and again until the query gives this: what happens, happens in other processes. */
  public void await(String query, Object expected) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      String found = null;
      while (!String.valueOf(expected).equals(found)) {
        if (System.nanoTime() > deadline) {
          throw new AssertionError(
              query + " gives " + found + ", but " + expected + " was awaited");
        }
        // The server waits: a sleep of ours would be no signal either.
        statement.execute("select pg_sleep(0.02)");
        try (ResultSet rows = statement.executeQuery(query)) {
          found = rows.next() ? rows.getString(1) : null;
        }
      }
    } catch (SQLException e) {
      throw new AssertionError(query, e);
    }
  }

  /** Waits until a job is in a state. */
  public void awaitState(long id, String state) {
    await("select state from river_job where id = " + id, state);
  }

  @Override
  public void close() {
    database.close();
  }
}
