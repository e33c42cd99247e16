package dev.gala.river.postgres;

import dev.gala.river.driver.conformance.MaintenanceConformance;
import dev.gala.river.driver.conformance.TestedDatabase;

final class PostgresMaintenanceConformanceTest extends MaintenanceConformance {
  @Override
  protected TestedDatabase open() {
    return new MigratedDatabase();
  }
}
