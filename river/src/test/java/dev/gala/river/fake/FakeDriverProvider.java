package dev.gala.river.fake;

import dev.gala.river.RiverDatabase;
import dev.gala.river.driver.DatabaseConfig;
import dev.gala.river.driver.Driver;
import dev.gala.river.driver.DriverProvider;
import dev.gala.river.driver.MigrationScripts;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Gives the engine the {@link FakeDriver}s of tests, by URLs of their own. */
public final class FakeDriverProvider implements DriverProvider {
  private static final Map<String, FakeDriver> DRIVERS = new ConcurrentHashMap<>();
  private static final AtomicInteger NUMBER = new AtomicInteger();

  static RiverDatabase database(FakeDriver driver) {
    String url = "fake:" + NUMBER.incrementAndGet();
    DRIVERS.put(url, driver);
    try {
      return RiverDatabase.connect(url);
    } finally {
      DRIVERS.remove(url);
    }
  }

  @Override
  public boolean accepts(DatabaseConfig database) {
    return database.source() instanceof DatabaseConfig.Url(String url) && DRIVERS.containsKey(url);
  }

  @Override
  public Driver open(DatabaseConfig database) {
    return DRIVERS.get(((DatabaseConfig.Url) database.source()).url());
  }

  @Override
  public MigrationScripts scripts(@Nullable String schema) {
    return new FakeDriver();
  }
}
