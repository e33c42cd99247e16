package dev.gala.river.postgres;

import dev.gala.river.driver.Migration;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * Brings a database up, version by version. Each version is a transaction together with its row in
 * {@code river_migration}: they must not be merged, for version 4 adds a label to an enum, which
 * may not be used in the transaction that adds it. Migrators run at once wait for one another.
 */
final class Migrations {
  private final OwnTransactions transactions;
  private final Schema schema;
  private final RiverMigration riverMigration;

  Migrations(OwnTransactions transactions, Schema schema) {
    this.transactions = transactions;
    this.schema = schema;
    riverMigration = new RiverMigration(schema);
  }

  /** The migrations of a line, ascending; River's own line is the only one here. */
  List<Migration> of(String line) {
    return scripts(line).stream().map(MigrationScript::migration).toList();
  }

  List<Integer> applied(String line) {
    return transactions.runMany(
        "reading which migrations of line \"" + line + "\" are applied",
        connection -> riverMigration.applied(connection, line));
  }

  boolean apply(String line, Migration migration) {
    MigrationScript script = script(line, migration);
    return transactions.runMany(
        "applying migration " + migration.version() + " of line \"" + line + '"',
        connection -> apply(connection, line, script));
  }

  private boolean apply(Connection connection, String line, MigrationScript script)
      throws SQLException {
    int patience = connection.getNetworkTimeout();
    boolean done = false;
    connection.setNetworkTimeout(Runnable::run, 0);
    try (Statement statement = connection.createStatement()) {
      // What others committed while we waited for the lock must be seen after it.
      statement.execute("set transaction isolation level read committed");
      // A large table takes as long as it takes.
      statement.execute("set local statement_timeout = 0");
      statement.execute("set local lock_timeout = 0");
      riverMigration.lock(connection);
      int version = script.migration().version();
      if (riverMigration.applied(connection, line).contains(version)) {
        done = true;
        return false;
      }
      statement.setEscapeProcessing(false);
      statement.execute(schema.resolve(script.up()));
      riverMigration.record(connection, line, version);
      done = true;
      return true;
    } finally {
      // After a failure the connection may be gone: what is thrown then must be that failure.
      if (done) {
        connection.setNetworkTimeout(Runnable::run, patience);
      }
    }
  }

  private static MigrationScript script(String line, Migration migration) {
    return scripts(line).stream()
        .filter(script -> script.migration().equals(migration))
        .findFirst()
        .orElseThrow(
            () ->
                new RiverException(
                    RiverError.CONFIG_INVALID,
                    "migration "
                        + migration.version()
                        + " \""
                        + migration.name()
                        + "\" of line \""
                        + line
                        + "\" is not carried here: apply those that migrations(line) gives"));
  }

  private static List<MigrationScript> scripts(String line) {
    return line.equals(RiverMigration.MAIN) ? MigrationScript.MAIN : List.of();
  }
}
