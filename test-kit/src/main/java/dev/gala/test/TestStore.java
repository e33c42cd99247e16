package dev.gala.test;

import dev.gala.river.RiverDatabase;
import dev.gala.test.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Where one test's events are stored.
 *
 * @param postgres dropped after the test; null if there is none
 * @param river open on it
 */
record TestStore(@Nullable TestDatabase postgres, RiverDatabase river) implements AutoCloseable {
  private static final int CONNECTIONS = 4;

  static TestStore open(Store store, GalaTestSetup setup) {
    return switch (store) {
      case POSTGRES -> postgres(setup);
      case MEMORY -> new TestStore(null, RiverDatabase.connect("memory:"));
    };
  }

  /** A PostgreSQL database with River's tables and the application's. */
  private static TestStore postgres(GalaTestSetup setup) {
    TestDatabase database =
        TestDatabase.createFrom(
            "gala-test " + template(setup), connection -> prepare(connection, setup));
    try {
      return new TestStore(
          database, RiverDatabase.at(database.url()).maxConnections(CONNECTIONS).connect());
    } catch (RuntimeException | Error e) {
      database.close();
      throw e;
    }
  }

  /** Setups without tables share one template: no lambda has any. */
  private static String template(GalaTestSetup setup) {
    Class<?> type = setup.getClass();
    return type.isHidden() || type == NoSetup.class ? "" : type.getName();
  }

  private static void prepare(Connection connection, GalaTestSetup setup) throws SQLException {
    try (RiverDatabase river = RiverDatabase.connect(connection.getMetaData().getURL())) {
      river.migrator().up();
    }
    setup.prepare(connection);
  }

  DataSource dataSource() {
    return postgres == null ? new MemoryDataSource(river) : postgres.dataSource();
  }

  @Override
  public void close() {
    try (postgres) {
      river.close();
    }
  }
}
