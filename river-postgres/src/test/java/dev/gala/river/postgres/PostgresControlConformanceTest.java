package dev.gala.river.postgres;

import dev.gala.river.driver.conformance.ControlConformance;
import dev.gala.river.driver.conformance.TestedDatabase;

class PostgresControlConformanceTest extends ControlConformance {
  @Override
  protected TestedDatabase open() {
    return new MigratedDatabase();
  }
}
