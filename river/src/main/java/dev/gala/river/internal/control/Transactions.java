package dev.gala.river.internal.control;

import dev.gala.river.driver.Driver;
import dev.gala.river.driver.Executor;
import dev.gala.river.job.Tx;

/** The statements of the transaction that the caller chose. */
public final class Transactions {
  private Transactions() {}

  /** The statements of {@code tx} on the driver's database. */
  public static Executor in(Driver driver, Tx tx) {
    return switch (tx) {
      case Tx.Own own -> driver.executor();
      case Tx.OnConnection(var connection) -> driver.executor(connection);
    };
  }
}
