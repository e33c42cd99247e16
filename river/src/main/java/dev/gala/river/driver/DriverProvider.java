package dev.gala.river.driver;

import org.jspecify.annotations.Nullable;

/**
 * Finds the driver for a database; implementations are found by {@link java.util.ServiceLoader}.
 */
public interface DriverProvider {
  /** Whether this provider's driver is the one for {@code database}. */
  boolean accepts(DatabaseConfig database);

  /**
   * Opens the database: connects once, so that a wrong address, refused credentials or a server too
   * old are told at once.
   *
   * @throws dev.gala.river.job.RiverException if it cannot be opened
   */
  Driver open(DatabaseConfig database);

  /**
   * The migrations that this provider's driver carries.
   *
   * @param schema the schema of River's tables; null means the search path
   * @throws dev.gala.river.job.RiverException with {@link
   *     dev.gala.river.job.RiverError#CONFIG_INVALID} if the schema's name is not usable
   */
  MigrationScripts scripts(@Nullable String schema);
}
