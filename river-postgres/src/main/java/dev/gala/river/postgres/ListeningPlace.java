package dev.gala.river.postgres;

import dev.gala.river.driver.DatabaseConfig;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Where to listen: beside everything else, or elsewhere, or nowhere.
 *
 * @param dataSource gives a connection to keep; null means that there is none
 * @param location where it leads, for messages
 * @param answers how long an answer may take where its connections do not say
 */
record ListeningPlace(@Nullable DataSource dataSource, String location, AnswerLimit answers) {
  /** A place whose connections come with a limit on how long an answer may take. */
  ListeningPlace(@Nullable DataSource dataSource, String location) {
    this(dataSource, location, AnswerLimit.NONE);
  }

  /**
   * Listening as {@code database} has it. A place of its own is tried at once: notifications sent
   * through {@code main} must arrive there.
   *
   * @param main where the other connections come from
   * @param location where those lead
   * @param answers of those
   * @throws RiverException if the place cannot be reached, or is in another database or schema
   */
  static ListeningPlace of(
      DatabaseConfig database, DataSource main, String location, AnswerLimit answers) {
    String listenUrl = database.listenUrl();
    if (listenUrl == null) {
      return new ListeningPlace(database.throughPooler() ? null : main, location, answers);
    }
    DatabaseUrl url = DatabaseUrl.checked(listenUrl);
    DataSource direct = DirectConnections.of(url, database.applicationName(), false);
    boolean bySearchPath = database.schema() == null;
    String wanted = place(main, location, bySearchPath);
    String found = place(direct, url.location(), bySearchPath);
    if (!found.equals(wanted)) {
      throw new RiverException(
          RiverError.CONFIG_INVALID,
          "listenUrl leads to "
              + found
              + ", everything else to "
              + wanted
              + ", so that nothing would be heard: let both lead to one database and, by search"
              + " path or schema(), to one schema");
    }
    return new ListeningPlace(direct, url.location());
  }

  /** A connection that is listened on until it is closed. */
  Connection connect() throws SQLException {
    if (dataSource == null) {
      throw new RiverException(
          RiverError.CONFIG_INVALID,
          "through a transaction pooler nothing is heard, for a session ends with its transaction:"
              + " set pollOnly, or give RiverDatabase.Builder.listenUrl a URL that leads to the"
              + " server itself");
    }
    return Borrowing.from(dataSource);
  }

  /** The database, and the schema where that decides about the channels. */
  private static String place(DataSource source, String location, boolean bySearchPath) {
    try (Connection connection = Borrowing.from(source);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(NotificationSql.PLACE)) {
      row.next();
      String database = "database \"" + row.getString("database") + '"';
      return bySearchPath ? database + ", schema \"" + row.getString("schema") + '"' : database;
    } catch (SQLException e) {
      throw SqlStates.notOpened(location, e);
    }
  }
}
