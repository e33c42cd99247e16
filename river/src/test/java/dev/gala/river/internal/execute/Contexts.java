package dev.gala.river.internal.execute;

import dev.gala.river.fake.ExecutorConfigs;
import java.time.InstantSource;

/** What workers see of attempts that nobody runs. */
final class Contexts {
  private Contexts() {}

  /** Of an attempt without a database. */
  static AttemptContext<String> of(Attempt attempt) {
    JobExecutor.Options none = ExecutorConfigs.options();
    var transaction =
        new CallersTransaction(
            none.transactions(), none.workTransactions(), InstantSource.system());
    return new AttemptContext<>("args", attempt.job(), attempt, transaction);
  }
}
