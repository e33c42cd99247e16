package dev.gala.river.postgres;

import dev.gala.river.driver.conformance.OutcomeConformance;
import dev.gala.river.driver.conformance.TestedDatabase;

class PostgresOutcomeConformanceTest extends OutcomeConformance {
  @Override
  protected TestedDatabase open() {
    return new MigratedDatabase();
  }
}
