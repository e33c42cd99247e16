package dev.gala.river.postgres;

import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import org.postgresql.PGConnection;

/** Which servers the driver works with. */
final class ServerVersion {
  private static final int OLDEST = 14;

  private ServerVersion() {}

  /** Refuses what is no PostgreSQL, and one too old; the server said its version at connecting. */
  static void check(Connection connection) throws SQLException {
    if (!connection.isWrapperFor(PGConnection.class)) {
      throw new RiverException(
          RiverError.CONFIG_INVALID,
          "the DataSource given makes connections of "
              + connection.getClass().getName()
              + ", not ones of pgjdbc to PostgreSQL");
    }
    DatabaseMetaData server = connection.getMetaData();
    check(server.getDatabaseMajorVersion(), server.getDatabaseProductVersion());
  }

  static void check(int major, String version) {
    if (major < OLDEST) {
      throw new RiverException(
          RiverError.DATABASE_TOO_OLD,
          "the server is PostgreSQL " + version + ": use " + OLDEST + " or later");
    }
  }
}
