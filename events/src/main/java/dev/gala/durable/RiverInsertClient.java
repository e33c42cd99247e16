package dev.gala.durable;

import dev.gala.river.job.HolderCheck;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.InsertResult;
import dev.gala.river.job.JobInsert;
import dev.gala.river.job.Tx;
import java.util.List;

/** What durable dispatch needs of a River client. Safe for use by many threads. */
@FunctionalInterface
public interface RiverInsertClient {
  /**
   * Inserts all or none.
   *
   * @param check is asked before the commit about each job that is not inserted because another
   *     holds its unique key; what it throws is thrown on, and then nothing is inserted
   * @return one result for each, in their order
   * @throws RuntimeException if they cannot be inserted
   */
  List<InsertResult> insertMany(
      List<JobInsert<RiverDispatchArgs>> inserts, Tx tx, HolderCheck check);

  /** Inserts one in a transaction of its own. */
  default InsertResult insert(RiverDispatchArgs args, InsertOptions options) {
    return insertMany(
            List.of(new JobInsert<>(RiverDispatchArgs.JOB_TYPE, args, options)),
            Tx.own(),
            HolderCheck.NONE)
        .getFirst();
  }
}
