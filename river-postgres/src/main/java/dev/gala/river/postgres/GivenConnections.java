package dev.gala.river.postgres;

import dev.gala.river.driver.DatabaseConfig;
import dev.gala.river.job.ConnectionPool;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * Connections of the application's pools, which are not closed.
 *
 * @param dataSource for what applications do
 * @param engine for the engine's own work; the same pool if there is no other
 * @param listening where to listen
 */
record GivenConnections(DataSource dataSource, DataSource engine, ListeningPlace listening)
    implements Connections {
  static GivenConnections open(DataSource dataSource, DatabaseConfig database) {
    DataSource other = database.engineDataSource();
    DataSource engine = other == null ? dataSource : other;
    check(dataSource);
    if (other != null) {
      check(other);
    }
    return new GivenConnections(
        dataSource,
        engine,
        ListeningPlace.of(database, engine, location(engine), AnswerLimit.USUAL));
  }

  private static void check(DataSource dataSource) {
    String location = location(dataSource);
    try (Connection connection = Borrowing.from(dataSource)) {
      boolean limited = AnswerLimit.USUAL.setFirst(connection, location);
      ServerVersion.check(connection);
      if (limited) {
        AnswerLimit.lift(connection);
      }
    } catch (SQLException e) {
      throw SqlStates.notOpened(location, e);
    }
  }

  private static String location(DataSource dataSource) {
    return "the database of the given " + dataSource.getClass().getName();
  }

  @Override
  public Connection borrow() throws SQLException {
    return Borrowing.from(engine);
  }

  @Override
  public Connection borrowToBeat() throws SQLException {
    return Borrowing.from(engine);
  }

  @Override
  public Connection borrowToInsert() throws SQLException {
    return Borrowing.from(dataSource);
  }

  @Override
  public Connection borrowToKeep() throws SQLException {
    return Borrowing.from(dataSource);
  }

  @Override
  public ConnectionPool pool(int max) {
    return new WorkConnections(() -> Borrowing.from(dataSource), location(), () -> {});
  }

  @Override
  public AnswerLimit answers() {
    return AnswerLimit.USUAL;
  }

  @Override
  public String location() {
    return location(dataSource);
  }

  @Override
  public void close() {}
}
