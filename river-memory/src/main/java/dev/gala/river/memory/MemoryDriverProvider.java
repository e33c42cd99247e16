package dev.gala.river.memory;

import dev.gala.river.driver.DatabaseConfig;
import dev.gala.river.driver.Driver;
import dev.gala.river.driver.DriverProvider;
import dev.gala.river.driver.MigrationScripts;
import org.jspecify.annotations.Nullable;

/** The driver of {@code memory:}; each time it is opened it is an empty database. */
public final class MemoryDriverProvider implements DriverProvider {
  private static final String URL = "memory:";

  /** For {@link java.util.ServiceLoader}. */
  public MemoryDriverProvider() {}

  @Override
  public boolean accepts(DatabaseConfig database) {
    return database.source() instanceof DatabaseConfig.Url(String url) && url.equals(URL);
  }

  @Override
  public Driver open(DatabaseConfig database) {
    return new MemoryDriver();
  }

  /** There are none. */
  @Override
  public MigrationScripts scripts(@Nullable String schema) {
    return new MemoryDriver();
  }
}
