package dev.gala.river.postgres;

import dev.gala.river.driver.DatabaseConfig;
import dev.gala.river.driver.Driver;
import dev.gala.river.driver.DriverProvider;
import dev.gala.river.driver.MigrationScripts;
import dev.gala.river.job.RiverError;
import dev.gala.river.job.RiverException;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** PostgreSQL's driver: for its URLs, and for any {@link javax.sql.DataSource}. */
public final class PostgresDriverProvider implements DriverProvider {
  /** For {@link java.util.ServiceLoader}. */
  public PostgresDriverProvider() {}

  @Override
  public boolean accepts(DatabaseConfig database) {
    return switch (database.source()) {
      case DatabaseConfig.Url(String url) -> DatabaseUrl.accepts(url);
      case DatabaseConfig.Pool pool -> true;
    };
  }

  @Override
  public Driver open(DatabaseConfig database) {
    var schema = new Schema(database.schema());
    return switch (database.source()) {
      case DatabaseConfig.Url(String url) -> {
        if (!DatabaseUrl.accepts(url)) {
          throw new RiverException(
              RiverError.DATABASE_URL_INVALID,
              "the database URL begins with none of jdbc:postgresql:, postgres:// and"
                  + " postgresql://");
        }
        yield new PostgresDriver(PooledConnections.open(DatabaseUrl.parse(url), database), schema);
      }
      case DatabaseConfig.Pool pool -> {
        var connections = new GivenConnections(pool.dataSource());
        check(connections);
        yield new PostgresDriver(connections, schema);
      }
    };
  }

  @Override
  public MigrationScripts scripts(@Nullable String schema) {
    return new Scripts(new Schema(schema));
  }

  private static void check(GivenConnections connections) {
    try (Connection connection = connections.borrow()) {
      ServerVersion.check(connection);
    } catch (SQLException e) {
      throw SqlStates.notOpened(connections.location(), e);
    }
  }
}
