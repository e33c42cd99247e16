package dev.gala.river.driver.conformance;

import dev.gala.river.driver.Executor;
import dev.gala.river.driver.JobListQuery;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Queries that list jobs. */
final class Lists {
  private static final int MOST = 100_000;

  private Lists() {}

  /** Every row, by id. */
  static List<JobRow> all(Executor executor) {
    return executor.jobList(ordered(JobListQuery.Order.ID, false, null, MOST));
  }

  static JobListQuery ordered(
      JobListQuery.Order order, boolean descending, JobListQuery.@Nullable After after, int max) {
    return new JobListQuery(
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Set.of(),
        List.of(),
        List.of(),
        null,
        null,
        null,
        order,
        descending,
        after,
        max);
  }

  static JobListQuery filtered(
      List<Long> ids,
      List<String> kinds,
      List<Integer> priorities,
      List<String> queues,
      Set<JobState> states) {
    return new JobListQuery(
        ids,
        kinds,
        priorities,
        queues,
        states,
        List.of(),
        List.of(),
        null,
        null,
        null,
        JobListQuery.Order.ID,
        false,
        null,
        MOST);
  }

  static JobListQuery labelled(
      List<String> tagsAll, List<String> tagsAny, @Nullable String metadata) {
    return new JobListQuery(
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Set.of(),
        tagsAll,
        tagsAny,
        metadata,
        null,
        null,
        JobListQuery.Order.ID,
        false,
        null,
        MOST);
  }

  static JobListQuery created(@Nullable Instant from, @Nullable Instant before) {
    return new JobListQuery(
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Set.of(),
        List.of(),
        List.of(),
        null,
        from,
        before,
        JobListQuery.Order.ID,
        false,
        null,
        MOST);
  }
}
