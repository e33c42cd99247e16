package dev.gala.river.postgres;

import dev.gala.river.driver.conformance.HeartbeatConformance;
import dev.gala.river.driver.conformance.TestedDatabase;

class PostgresHeartbeatConformanceTest extends HeartbeatConformance {
  @Override
  protected TestedDatabase open() {
    return new MigratedDatabase();
  }
}
