package dev.gala.river.postgres;

import dev.gala.river.driver.conformance.TestedDatabase;
import dev.gala.river.driver.conformance.UniqueConformance;

class PostgresUniqueConformanceTest extends UniqueConformance {
  @Override
  protected TestedDatabase open() {
    return new MigratedDatabase();
  }
}
