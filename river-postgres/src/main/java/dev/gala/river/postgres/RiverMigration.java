package dev.gala.river.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Binds {@link RiverMigrationSql}: the table that keeps which versions a database has. */
final class RiverMigration {
  /** The one line there is before versions are kept by line. */
  static final String MAIN = "main";

  /** The line of our own tables. */
  static final String GALA = "gala";

  static final int FIRST_VERSION_WITH_LINE = 5;

  private final String delete;
  private final String deleteWithoutLine;
  private final String insert;
  private final String insertWithoutLine;
  private final String lines;
  private final Schema schema;
  private final String table;
  private final String versions;
  private final String versionsWithoutLine;

  RiverMigration(Schema schema) {
    this.schema = schema;
    delete = schema.resolve(RiverMigrationSql.DELETE);
    deleteWithoutLine = schema.resolve(RiverMigrationSql.DELETE_WITHOUT_LINE);
    insert = schema.resolve(RiverMigrationSql.INSERT);
    insertWithoutLine = schema.resolve(RiverMigrationSql.INSERT_WITHOUT_LINE);
    lines = schema.resolve(RiverMigrationSql.LINES);
    table = schema.resolve("/* schema */river_migration");
    versions = schema.resolve(RiverMigrationSql.VERSIONS);
    versionsWithoutLine = schema.resolve(RiverMigrationSql.VERSIONS_WITHOUT_LINE);
  }

  /**
   * Keeps other migrators of this schema off until commit.
   *
   * @return false if one is at work
   */
  boolean lock(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(RiverMigrationSql.LOCK)) {
      statement.setString(1, schema.name());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  /** The versions applied, ascending; none where there is no table. */
  List<Integer> applied(Connection connection, String line) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(RiverMigrationSql.EXISTS)) {
      statement.setString(1, table);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        boolean hasTable = row.getBoolean("has_table");
        boolean hasLine = row.getBoolean("has_line");
        if (!hasTable || (!hasLine && !line.equals(MAIN))) {
          return List.of();
        }
        return versions(connection, line, hasLine);
      }
    }
  }

  private List<Integer> versions(Connection connection, String line, boolean hasLine)
      throws SQLException {
    String sql = hasLine ? versions : versionsWithoutLine;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      if (hasLine) {
        statement.setString(1, line);
      }
      try (ResultSet rows = statement.executeQuery()) {
        var found = new ArrayList<Integer>();
        while (rows.next()) {
          found.add(rows.getInt(1));
        }
        return found;
      }
    }
  }

  /** Whether versions are kept by line, so that there may be others than River's own. */
  boolean keepsLines(Connection connection) throws SQLException {
    return applied(connection, MAIN).contains(FIRST_VERSION_WITH_LINE);
  }

  /** Whether there is a schema to create tables in. */
  boolean hasSchema(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(RiverMigrationSql.SCHEMA_EXISTS)) {
      statement.setString(1, schema.name());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  /** The lines that have versions; to be asked of a table that keeps them. */
  List<String> lines(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(lines);
        ResultSet rows = statement.executeQuery()) {
      var found = new ArrayList<String>();
      while (rows.next()) {
        found.add(rows.getString(1));
      }
      return found;
    }
  }

  /** Forgets a version, in the form its table has once it is taken back. */
  void forget(Connection connection, String line, int version) throws SQLException {
    if (version == 1 && line.equals(MAIN)) {
      return; // the table went with it
    }
    boolean withLine = version > FIRST_VERSION_WITH_LINE || !line.equals(MAIN);
    try (PreparedStatement statement =
        connection.prepareStatement(withLine ? delete : deleteWithoutLine)) {
      if (withLine) {
        statement.setString(1, line);
        statement.setInt(2, version);
      } else {
        statement.setInt(1, version);
      }
      statement.execute();
    }
  }

  /** Records a version, in the form its table has by then. */
  void record(Connection connection, String line, int version) throws SQLException {
    boolean withLine = version >= FIRST_VERSION_WITH_LINE || !line.equals(MAIN);
    String sql = withLine ? insert : insertWithoutLine;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      if (withLine) {
        statement.setString(1, line);
        statement.setInt(2, version);
      } else {
        statement.setInt(1, version);
      }
      statement.execute();
    }
  }
}
