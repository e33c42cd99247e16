package dev.gala.river.postgres;

import java.io.PrintWriter;
import java.sql.Connection;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** A data source that can do nothing but give connections. */
interface ConnectionSource extends DataSource {
  @Override
  default Connection getConnection(String user, String password) {
    throw new UnsupportedOperationException();
  }

  @Override
  default PrintWriter getLogWriter() {
    throw new UnsupportedOperationException();
  }

  @Override
  default void setLogWriter(PrintWriter out) {
    throw new UnsupportedOperationException();
  }

  @Override
  default void setLoginTimeout(int seconds) {
    throw new UnsupportedOperationException();
  }

  @Override
  default int getLoginTimeout() {
    return 0;
  }

  @Override
  default Logger getParentLogger() {
    throw new UnsupportedOperationException();
  }

  @Override
  default <T> T unwrap(Class<T> type) {
    throw new UnsupportedOperationException();
  }

  @Override
  default boolean isWrapperFor(Class<?> type) {
    return false;
  }
}
