package dev.gala.river.postgres;

import dev.gala.river.driver.DatabaseConfig;
import dev.gala.river.driver.Driver;
import dev.gala.river.driver.DriverProvider;
import dev.gala.river.driver.MigrationScripts;
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
      case DatabaseConfig.Url(String url) ->
          new PostgresDriver(PooledConnections.open(DatabaseUrl.checked(url), database), schema);
      case DatabaseConfig.Pool pool ->
          new PostgresDriver(GivenConnections.open(pool.dataSource(), database), schema);
    };
  }

  @Override
  public MigrationScripts scripts(@Nullable String schema) {
    return new Scripts(new Schema(schema));
  }
}
