package dev.gala.river.postgres;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the table of jobs is kept, as the catalogue says.
 *
 * @param path its name, with the schema's, quoted
 * @param parameters its storage parameters, by name
 * @param indexes those of the indexes that some profile does without that it has, by name
 * @param leftovers what rebuilds of those that died left, by name; none is valid
 */
record JobTableState(
    String path,
    Map<String, String> parameters,
    Map<String, JobTableState.Index> indexes,
    Map<String, JobTableState.Index> leftovers) {
  private static final String INTERNAL_ERROR = "XX000";

  /** Rebuilds that end while this reads; more in a row are no coincidence. */
  private static final int MOST_VANISHED = 10;

  /**
   * One index.
   *
   * @param path its name, with the schema's, quoted
   * @param valid whether it was built to the end
   * @param foreign its definition, if that is another one than River's
   * @param parameters its storage parameters, by name
   */
  record Index(
      String path, boolean valid, @Nullable String foreign, Map<String, String> parameters) {}

  /**
   * What there is now.
   *
   * @param sql {@link SchemaProfileSql#STATE} of the schema
   * @return empty if there is no table
   */
  static Optional<JobTableState> read(Connection connection, String sql) throws SQLException {
    for (int vanished = 1; ; vanished++) {
      try {
        return readOnce(connection, sql);
      } catch (SQLException e) {
        // The catalogue's functions look an index up that a rebuild has dropped since it was found.
        if (!INTERNAL_ERROR.equals(e.getSQLState())
            || vanished == MOST_VANISHED
            || !connection.getAutoCommit()) {
          throw e;
        }
      }
    }
  }

  private static Optional<JobTableState> readOnce(Connection connection, String sql)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet row = statement.executeQuery()) {
      if (!row.next()) {
        return Optional.empty();
      }
      String path = row.getString("job_path");
      Map<String, String> parameters = parameters(row, "job_parameters");
      Map<String, Index> indexes = new LinkedHashMap<>();
      Map<String, Index> leftovers = new LinkedHashMap<>();
      do {
        String name = row.getString("name");
        if (name != null) {
          (row.getBoolean("leftover") ? leftovers : indexes).put(name, index(row));
        }
      } while (row.next());
      return Optional.of(new JobTableState(path, parameters, indexes, leftovers));
    }
  }

  private static Index index(ResultSet row) throws SQLException {
    return new Index(
        row.getString("path"),
        row.getBoolean("valid"),
        row.getBoolean("rivers") ? null : row.getString("definition"),
        parameters(row, "parameters"));
  }

  private static Map<String, String> parameters(ResultSet row, String column) throws SQLException {
    Map<String, String> parameters = new LinkedHashMap<>();
    Array array = row.getArray(column);
    if (array != null) {
      for (String option : (String[]) array.getArray()) {
        int equals = option.indexOf('=');
        parameters.put(option.substring(0, equals), option.substring(equals + 1));
      }
    }
    return parameters;
  }
}
