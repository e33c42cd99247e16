package dev.gala.river.postgres;

import dev.gala.river.driver.conformance.ClaimConformance;
import dev.gala.river.driver.conformance.TestedDatabase;

class PostgresClaimConformanceTest extends ClaimConformance {
  @Override
  protected TestedDatabase open() {
    return new MigratedDatabase();
  }
}
