package dev.gala.river.job;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of jobs.
 *
 * @param jobs the rows, in the order asked for
 * @param nextCursor where the next page begins, after the last of {@code jobs}; null if there are
 *     none. One that is not null does not promise that there is more
 */
public record JobList(List<JobRow> jobs, @Nullable JobCursor nextCursor) {
  /** Copies the list. */
  public JobList {
    jobs = List.copyOf(jobs);
  }
}
