package dev.gala.river.postgres;

import dev.gala.river.driver.conformance.InsertConformance;
import dev.gala.river.driver.conformance.TestedDatabase;

class PostgresInsertConformanceTest extends InsertConformance {
  @Override
  protected TestedDatabase open() {
    return new MigratedDatabase();
  }
}
