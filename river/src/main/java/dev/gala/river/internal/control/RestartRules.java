package dev.gala.river.internal.control;

import dev.gala.river.job.JobRestart;
import dev.gala.river.json.GoJson;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which jobs are restarted by what was asked for. Pure. */
public final class RestartRules {
  private RestartRules() {}

  /**
   * What to restart, as the driver takes it: by id, so that all lock rows in one order.
   *
   * @param most how many there may be
   * @throws dev.gala.river.job.RiverException with {@link
   *     dev.gala.river.job.RiverError#PARAMS_INVALID} if it cannot be meant so
   */
  public static List<JobRestart> resolve(List<JobRestart> jobs, int most) {
    if (jobs.size() > most) {
      throw Limits.invalid(
          "there are " + jobs.size() + " jobs to restart: give at most " + most + " at a time");
    }
    Set<Long> ids = new HashSet<>();
    for (JobRestart job : jobs) {
      check(job);
      if (!ids.add(job.id())) {
        throw Limits.invalid("job " + job.id() + " is to be restarted twice: give it once");
      }
    }
    List<JobRestart> sorted = new ArrayList<>(jobs);
    sorted.sort(Comparator.comparingLong(JobRestart::id));
    return sorted;
  }

  private static void check(JobRestart job) {
    if (!job.state().isFinal()) {
      throw Limits.invalid(
          "job "
              + job.id()
              + " is "
              + job.state().wireName()
              + ": only jobs that have ended are restarted");
    }
    if (!GoJson.isObject(job.merge())) {
      throw Limits.invalid(
          "the metadata to merge into job "
              + job.id()
              + " are \""
              + job.merge()
              + "\": give a JSON object");
    }
  }
}
