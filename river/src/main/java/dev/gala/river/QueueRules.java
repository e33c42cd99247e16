package dev.gala.river;

import dev.gala.river.internal.insert.InsertRules;
import dev.gala.river.internal.unique.UniqueKeys;
import dev.gala.river.job.InsertOptions;
import dev.gala.river.job.JobState;
import dev.gala.river.job.JobType;
import dev.gala.river.job.QueueConfig;
import dev.gala.river.job.UniqueOptions;
import dev.gala.river.worker.PeriodicJob;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What queues that delete their jobs on completion cannot have: kinds whose unique keys hold while
 * their jobs are completed, for there would be nothing left to hold them. Only what is known
 * beforehand; single rows that come nevertheless are kept.
 */
final class QueueRules {
  private QueueRules() {}

  /** The problems of these queues with these kinds and periodic jobs, each with its remedy. */
  static List<String> heldKeys(
      Map<String, QueueConfig> queues,
      Collection<JobType<?>> types,
      Collection<PeriodicJob<?>> periodicJobs) {
    var problems = new ArrayList<String>();
    queues.forEach(
        (queue, config) -> {
          problems.addAll(heldKeys(queue, config, types));
          for (PeriodicJob<?> job : periodicJobs) {
            addIfHeld(problems, queue, config, job.type(), job.options());
          }
        });
    return problems.stream().distinct().toList();
  }

  /** The problems of one queue with these kinds. */
  static List<String> heldKeys(String queue, QueueConfig config, Collection<JobType<?>> types) {
    var problems = new ArrayList<String>();
    types.forEach(type -> addIfHeld(problems, queue, config, type, InsertOptions.defaults()));
    return problems;
  }

  private static void addIfHeld(
      List<String> problems, String queue, QueueConfig config, JobType<?> type, InsertOptions own) {
    String its = own.queue() == null ? type.options().queue() : own.queue();
    boolean here = queue.equals(its == null ? InsertRules.DEFAULT_QUEUE : its);
    UniqueOptions unique = own.unique() == null ? type.options().unique() : own.unique();
    if (config.deleteOnCompletion() && here && holdsWhenCompleted(unique)) {
      problems.add(
          "queue \""
              + queue
              + "\" deletes jobs on completion, but the unique keys of kind \""
              + type.kind()
              + "\" hold while its jobs are completed: give its UniqueOptions a byState without"
              + " COMPLETED, or it a queue that keeps them");
    }
  }

  /** River's states, where none are given, are all but cancelled and discarded. */
  private static boolean holdsWhenCompleted(@Nullable UniqueOptions unique) {
    return unique != null
        && UniqueKeys.isGiven(unique)
        && (unique.byState().isEmpty() || unique.byState().contains(JobState.COMPLETED));
  }
}
