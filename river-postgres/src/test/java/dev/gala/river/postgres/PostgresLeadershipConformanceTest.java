package dev.gala.river.postgres;

import dev.gala.river.driver.conformance.LeadershipConformance;
import dev.gala.river.driver.conformance.TestedDatabase;

final class PostgresLeadershipConformanceTest extends LeadershipConformance {
  @Override
  protected TestedDatabase open() {
    return new MigratedDatabase();
  }
}
