package dev.gala.river.postgres;

import dev.gala.river.driver.DatabaseConfig;
import dev.gala.river.driver.Driver;
import dev.gala.river.driver.Migration;
import dev.gala.river.driver.conformance.TestedDatabase;
import dev.gala.river.job.JobInsertParams;
import dev.gala.river.job.JobState;
import dev.gala.river.job.SchemaProfile;
import dev.gala.test.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** A database of the test's own with River's tables, and a driver on it. */
final class MigratedDatabase implements TestedDatabase {
  final TestDatabase database = TestDatabase.createFrom("river-main", MigratedDatabase::migrate);
  final Driver driver = open(database, null);

  static Driver open(TestDatabase database, String schema) {
    return new PostgresDriverProvider()
        .open(new DatabaseConfig(new DatabaseConfig.Url(database.url()), schema, "driver-test", 3));
  }

  private static void migrate(Connection connection) {
    var migrations =
        new Migrations(
            new OwnTransactions(() -> new Lender(connection).getConnection(), "the test's"),
            new Schema(null));
    for (String line : List.of("main", "gala")) {
      for (Migration migration : new Scripts(new Schema(null)).migrations(line)) {
        migrations.apply(line, migration, null);
      }
    }
  }

  static JobInsertParams job(String kind) {
    return job(kind, "default", JobState.AVAILABLE, Instant.now());
  }

  static JobInsertParams job(String kind, String queue, JobState state, Instant scheduledAt) {
    return new JobInsertParams(
        "{\"n\": 1}",
        kind,
        25,
        "{}",
        1,
        queue,
        scheduledAt.truncatedTo(ChronoUnit.MICROS),
        state,
        List.of(),
        null,
        0);
  }

  /** With a schema profile. */
  static MigratedDatabase withProfile(SchemaProfile profile) {
    var migrated = new MigratedDatabase();
    migrated.driver.schemaProfiles().apply(profile, null, statement -> {});
    return migrated;
  }

  @Override
  public Driver driver() {
    return driver;
  }

  @Override
  public void makeUndecodable(long id) {
    change("created_at = 'infinity'", id);
  }

  @Override
  public void appendOddError(long id) {
    change("errors = array_append(errors, '[\"odd\"]')", id);
  }

  @Override
  public void setAttemptedBy(long id, int clients) {
    change(
        "attempted_by = (select array_agg(n::text order by n) from generate_series(1, "
            + clients
            + ") n)",
        id);
  }

  @Override
  public void age(String clientId, Duration by) {
    String ago = " - interval '" + by.toMillis() + " milliseconds'";
    update(
        "update gala_client set beat_at = beat_at"
            + ago
            + ", swept_at = swept_at"
            + ago
            + " where id = '"
            + clientId
            + "'");
  }

  @Override
  public void ageJob(long id, Duration by) {
    change("attempted_at = attempted_at - " + interval(by), id);
  }

  @Override
  public void endJob(long id, Duration ago) {
    change("finalized_at = now() - " + interval(ago), id);
  }

  @Override
  public void ageQueue(String name, Duration by) {
    update(
        "update river_queue set updated_at = now() - "
            + interval(by)
            + " where name = '"
            + name
            + "'");
  }

  private static String interval(Duration length) {
    return "interval '" + length.toMillis() + " milliseconds'";
  }

  @Override
  public void expireLeader() {
    update("update river_leader set expires_at = now() - interval '1 microsecond'");
  }

  private void change(String set, long id) {
    update("update river_job set " + set + " where id = " + id);
  }

  private void update(String sql) {
    try {
      execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  void execute(String sql) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The first column of all rows, as text. */
  List<String> column(String sql, Object... parameters) throws SQLException {
    try (Connection connection = database.connect()) {
      return column(connection, sql, parameters);
    }
  }

  static List<String> column(Connection connection, String sql, Object... parameters)
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

  String value(String sql, Object... parameters) throws SQLException {
    return column(sql, parameters).getFirst();
  }

  @Override
  public void close() {
    driver.close();
    database.close();
  }
}
