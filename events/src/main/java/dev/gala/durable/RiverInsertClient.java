package dev.gala.durable;

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
   * @return one result for each, in their order
   * @throws RuntimeException if they cannot be inserted
   */
  List<InsertResult> insertMany(List<JobInsert<RiverDispatchArgs>> inserts, Tx tx);

  /** Inserts one in a transaction of its own. */
  default InsertResult insert(RiverDispatchArgs args, InsertOptions options) {
    return insertMany(List.of(new JobInsert<>(RiverDispatchArgs.JOB_TYPE, args, options)), Tx.own())
        .getFirst();
  }
}
