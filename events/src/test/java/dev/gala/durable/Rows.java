package dev.gala.durable;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.postgresql.PGConnection;

/** Looks at the database, and waits for what is to become of it. */
public final class Rows {
  private static final int SLICE_MILLIS = 500;

  private final DataSource database;

  /** Looks at this database. */
  public Rows(DataSource database) {
    this.database = database;
  }

  /** Makes every change of a job's row a signal. */
  static void signalChanges(Connection connection) throws SQLException {
    execute(
        connection,
        """
        create function signal_change() returns trigger language plpgsql as $$
        begin
          perform pg_notify('river_job_changed', '');
          return null;
        end $$
        """);
    execute(
        connection,
        """
        create trigger signal_change after insert or update or delete on river_job
        for each statement execute function signal_change()
        """);
  }

  /** Runs one statement. */
  public void execute(String sql) throws SQLException {
    try (Connection connection = database.getConnection()) {
      execute(connection, sql);
    }
  }

  /** Runs one statement on this connection. */
  static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The first column of all rows, as text. */
  public List<String> column(String sql, Object... parameters) throws SQLException {
    try (Connection connection = database.getConnection()) {
      return column(connection, sql, parameters);
    }
  }

  /** The first column of the one row, as text. */
  public String value(String sql, Object... parameters) throws SQLException {
    List<String> column = column(sql, parameters);
    if (column.size() != 1) {
      throw new AssertionError("one row expected, found " + column.size() + ": " + sql);
    }
    return column.getFirst();
  }

  /** How many jobs there are, for which {@code condition} holds. */
  public int jobs(String condition) throws SQLException {
    return Integer.parseInt(value("select count(*) from river_job where " + condition));
  }

  /** Waits until {@code condition}, an SQL expression, is true. */
  public void await(String what, String condition) throws SQLException {
    try (Connection connection = database.getConnection()) {
      execute(connection, "listen river_job_changed");
      PGConnection listening = connection.unwrap(PGConnection.class);
      long deadline = System.nanoTime() + Await.DEADLINE.toNanos();
      while (!"t".equals(column(connection, "select " + condition).getFirst())) {
        if (System.nanoTime() - deadline > 0) {
          String jobs = column(connection, "select j::text from river_job j limit 5").toString();
          throw new AssertionError("waited in vain for " + what + ": " + condition + "\n" + jobs);
        }
        listening.getNotifications(SLICE_MILLIS);
      }
    }
  }

  /** Waits until the one job is in this state. */
  public void awaitState(String state) throws SQLException {
    await("state " + state, "(select state = '%s' from river_job)".formatted(state));
  }

  /** Hurries what waits for its time, again and again, until no job is left of which this holds. */
  public void workOff(String condition) throws SQLException {
    while (jobs(condition) > 0) {
      await(
          "all ends, or what waits for its time",
          "(select count(*) filter (where state in ('running', 'available') and"
              + " scheduled_at <= now()) = 0 from river_job)");
      hurry();
    }
  }

  /** Makes all that waits for its time due now, and says so. */
  public void hurry() throws SQLException {
    execute(
        """
        with due as (
          update river_job set state = 'available', scheduled_at = now() - interval '1 ms'
          where state in ('available', 'retryable', 'scheduled') and scheduled_at > now()
          returning queue)
        select pg_notify(current_schema() || '.river_insert',
          jsonb_build_object('queue', queue)::text)
        from (select distinct queue from due) as queues
        """);
  }

  private static List<String> column(Connection connection, String sql, Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      try (ResultSet rows = statement.executeQuery()) {
        var values = new ArrayList<String>();
        while (rows.next()) {
          values.add(rows.getString(1));
        }
        return values;
      }
    }
  }
}
