package dev.gala.river.postgres;

import dev.gala.river.driver.conformance.QueueConformance;
import dev.gala.river.driver.conformance.TestedDatabase;

class PostgresQueueConformanceTest extends QueueConformance {
  @Override
  protected TestedDatabase open() {
    return new MigratedDatabase();
  }
}
