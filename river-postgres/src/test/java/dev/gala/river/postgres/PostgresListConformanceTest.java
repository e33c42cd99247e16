package dev.gala.river.postgres;

import dev.gala.river.driver.conformance.ListConformance;
import dev.gala.river.driver.conformance.TestedDatabase;

class PostgresListConformanceTest extends ListConformance {
  @Override
  protected TestedDatabase open() {
    return new MigratedDatabase();
  }
}
