package dev.gala.river.postgres;

import dev.gala.river.driver.conformance.TestedDatabase;
import dev.gala.river.driver.conformance.TransactionConformance;

class PostgresTransactionConformanceTest extends TransactionConformance {
  @Override
  protected TestedDatabase open() {
    return new MigratedDatabase();
  }
}
