package dev.gala.river.driver;

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
}
