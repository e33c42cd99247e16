package dev.gala.river.internal.control;

import dev.gala.river.driver.JobDeleteManyParams;
import dev.gala.river.job.JobDeleteParams;
import java.util.Set;

/** Which jobs are deleted by what was asked for. Pure. */
public final class DeleteRules {
  private DeleteRules() {}

  /**
   * What to delete, as the driver takes it.
   *
   * @throws dev.gala.river.job.RiverException with {@link
   *     dev.gala.river.job.RiverError#PARAMS_INVALID} if it cannot be meant so
   */
  public static JobDeleteManyParams resolve(JobDeleteParams params) {
    Limits.check(params.limit(), JobDeleteParams.MAX_LIMIT);
    Limits.checkPriorities(params.priorities());
    if (params.all() && hasFilter(params)) {
      throw Limits.invalid("all jobs are to be deleted, and filters are given: say one or other");
    }
    if (!params.all() && !hasFilter(params)) {
      throw Limits.invalid(
          "nothing says which jobs to delete: give ids, kinds, priorities, queues or states, or"
              + " all()");
    }
    return new JobDeleteManyParams(
        params.ids(),
        params.kinds(),
        params.priorities(),
        params.queues(),
        Set.copyOf(params.states()),
        params.limit());
  }

  private static boolean hasFilter(JobDeleteParams params) {
    return !params.ids().isEmpty()
        || !params.kinds().isEmpty()
        || !params.priorities().isEmpty()
        || !params.queues().isEmpty()
        || !params.states().isEmpty();
  }
}
