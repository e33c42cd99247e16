package dev.gala.test;

import dev.gala.river.RiverDatabase;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Connections to a database in memory: they have transactions, and take no SQL. */
final class MemoryDataSource implements DataSource {
  private final RiverDatabase database;

  MemoryDataSource(RiverDatabase database) {
    this.database = database;
  }

  @Override
  public Connection getConnection() {
    return database.openConnection();
  }

  @Override
  public Connection getConnection(String user, String password) {
    return database.openConnection();
  }

  @Override
  public @Nullable PrintWriter getLogWriter() {
    return null;
  }

  @Override
  public void setLogWriter(@Nullable PrintWriter out) {}

  @Override
  public int getLoginTimeout() {
    return 0;
  }

  @Override
  public void setLoginTimeout(int seconds) {}

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException("there is no such logger");
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return type.isInstance(this);
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    if (!type.isInstance(this)) {
      throw new SQLException("this is no " + type.getName());
    }
    return type.cast(this);
  }
}
