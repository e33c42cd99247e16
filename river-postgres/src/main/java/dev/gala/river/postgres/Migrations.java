package dev.gala.river.postgres;

import dev.gala.river.driver.Migration;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a database up and back, version by version. Each version is a transaction together with
 * its row in {@code river_migration}: they must not be merged, for version 4 adds a label to an
 * enum, which may not be used in the transaction that adds it. Migrators run at once wait for one
 * another.
 */
final class Migrations {
  private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

  private final OwnTransactions transactions;
  private final RiverMigration riverMigration;
  private final Schema schema;
  private final Scripts scripts;

  Migrations(OwnTransactions transactions, Schema schema) {
    this.transactions = transactions;
    this.schema = schema;
    riverMigration = new RiverMigration(schema);
    scripts = new Scripts(schema);
  }

  List<Integer> applied(String line) {
    return transactions.runMany(
        "reading which migrations of line \"" + line + "\" are applied",
        connection -> riverMigration.applied(connection, line));
  }

  boolean apply(String line, Migration migration, @Nullable Duration statementTimeout) {
    String sql = scripts.migrationSql(line, migration, true);
    String doing = "applying " + named(line, migration.version());
    return transactions.runMany(
        doing,
        connection ->
            inTurn(
                doing,
                connection,
                statementTimeout,
                () -> apply(connection, line, migration.version(), sql)));
  }

  boolean revert(String line, Migration migration, @Nullable Duration statementTimeout) {
    String sql = scripts.migrationSql(line, migration, false);
    String doing = "taking back " + named(line, migration.version());
    return transactions.runMany(
        doing,
        connection ->
            inTurn(
                doing,
                connection,
                statementTimeout,
                () -> revert(connection, line, migration.version(), sql)));
  }

  private boolean apply(Connection connection, String line, int version, String sql)
      throws SQLException {
    List<Integer> applied = riverMigration.applied(connection, line);
    if (applied.contains(version)) {
      return false;
    }
    if (version > 1 && !applied.contains(version - 1)) {
      throw refused(
          named(line, version)
              + " cannot be applied: version "
              + (version - 1)
              + " is not applied, perhaps because another migrator takes versions back: look at"
              + " the list, then start again");
    }
    if (!line.equals(RiverMigration.MAIN) && !riverMigration.keepsLines(connection)) {
      throw refused(
          named(line, version)
              + " cannot be applied: there is no record of lines before version "
              + RiverMigration.FIRST_VERSION_WITH_LINE
              + " of line \""
              + RiverMigration.MAIN
              + "\": apply that first");
    }
    if (!riverMigration.hasSchema(connection)) {
      throw new RiverException(RiverError.CONFIG_INVALID, noSchema());
    }
    execute(connection, sql);
    riverMigration.record(connection, line, version);
    return true;
  }

  private boolean revert(Connection connection, String line, int version, String sql)
      throws SQLException {
    List<Integer> applied = riverMigration.applied(connection, line);
    if (!applied.contains(version)) {
      return false;
    }
    if (applied.getLast() > version) {
      throw refused(
          named(line, version)
              + " cannot be taken back: version "
              + applied.getLast()
              + " builds on it: take that back first, with a release that knows it");
    }
    if (version == RiverMigration.FIRST_VERSION_WITH_LINE && line.equals(RiverMigration.MAIN)) {
      refuseOtherLines(connection, line);
    }
    execute(connection, sql);
    riverMigration.forget(connection, line, version);
    return true;
  }

  /** The script refuses as well, for those who run it by hand; here the lines are named. */
  private void refuseOtherLines(Connection connection, String line) throws SQLException {
    List<String> others =
        riverMigration.lines(connection).stream().filter(other -> !other.equals(line)).toList();
    if (!others.isEmpty()) {
      throw refused(
          named(line, RiverMigration.FIRST_VERSION_WITH_LINE)
              + " cannot be taken back: without it, versions of other lines cannot be told apart,"
              + " and there are some of \""
              + String.join("\", \"", others)
              + "\": migrate those down first, with what made them");
    }
  }

  private String noSchema() {
    return schema.name() == null
        ? "the search path names no schema that exists and may be used: create one, or name one"
        : "schema \""
            + schema.name()
            + "\" does not exist, or may not be used: create it first (create schema \""
            + schema.name()
            + "\"), for migrations only create what is in it";
  }

  private static RiverException refused(String message) {
    return new RiverException(RiverError.DATABASE, message);
  }

  private static String named(String line, int version) {
    return "migration " + version + " of line \"" + line + '"';
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      statement.execute(sql);
    }
  }

  /** One version's work. */
  @FunctionalInterface
  private interface Step {
    boolean run() throws SQLException;
  }

  /** Runs one version's work when no other migrator is at work. */
  private boolean inTurn(
      String doing, Connection connection, @Nullable Duration statementTimeout, Step step)
      throws SQLException {
    int patience = connection.getNetworkTimeout();
    connection.setNetworkTimeout(Runnable::run, 0);
    try {
      Turn.await(doing, statementTimeout, () -> isOurTurn(connection, statementTimeout));
      return step.run();
    } finally {
      restore(connection, patience);
    }
  }

  private boolean isOurTurn(Connection connection, @Nullable Duration statementTimeout)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      // What others committed while we waited for the lock must be seen after it.
      statement.execute("set transaction isolation level read committed");
      // Unless somebody says otherwise, a large table takes as long as it takes.
      long millis = statementTimeout == null ? 0 : Math.max(statementTimeout.toMillis(), 1);
      statement.execute("set local statement_timeout = " + millis);
      statement.execute("set local lock_timeout = 0");
    }
    if (riverMigration.lock(connection)) {
      return true;
    }
    connection.rollback();
    return false;
  }

  /** What went wrong before this is what is reported. */
  private static void restore(Connection connection, int patience) {
    try {
      connection.setNetworkTimeout(Runnable::run, patience);
    } catch (SQLException e) {
      LOG.debug("the network timeout of a connection could not be restored; it is broken", e);
    }
  }
}
