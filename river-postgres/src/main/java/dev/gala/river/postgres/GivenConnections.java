package dev.gala.river.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Connections of the application's pool, which is not closed. */
record GivenConnections(DataSource dataSource) implements Connections {
  @Override
  public Connection borrow() throws SQLException {
    return dataSource.getConnection();
  }

  @Override
  public Connection borrowToInsert() throws SQLException {
    return dataSource.getConnection();
  }

  @Override
  public Connection borrowToKeep() throws SQLException {
    return dataSource.getConnection();
  }

  @Override
  public String location() {
    return "the database of the given " + dataSource.getClass().getName();
  }

  @Override
  public void close() {}
}
