package dev.gala.river.postgres;

import dev.gala.river.driver.conformance.RestartConformance;
import dev.gala.river.driver.conformance.TestedDatabase;

class PostgresRestartConformanceTest extends RestartConformance {
  @Override
  protected TestedDatabase open() {
    return new MigratedDatabase();
  }
}
