package dev.gala.river.memory;

import dev.gala.river.driver.JobDeleteManyParams;
import dev.gala.river.driver.JobListQuery;
import dev.gala.river.driver.JobListQuery.After;
import dev.gala.river.job.JobCount;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.job.JobTallyParams;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which rows pass filters, and in what order. Pure. */
final class JobLists {
  private JobLists() {}

  static List<JobRow> list(Collection<JobRow> rows, JobListQuery query) {
    After after = query.after();
    return rows.stream()
        .filter(row -> passes(row, query))
        .filter(row -> after == null || compare(row, after, query) > 0)
        .sorted((left, right) -> compare(left, place(right, query), query))
        .limit(query.max())
        .toList();
  }

  static List<JobRow> deletable(Collection<JobRow> rows, JobDeleteManyParams params) {
    return rows.stream()
        .filter(row -> row.state() != JobState.RUNNING)
        .filter(row -> passes(params.ids(), row.id()))
        .filter(row -> passes(params.kinds(), row.kind()))
        .filter(row -> passes(params.priorities(), row.priority()))
        .filter(row -> passes(params.queues(), row.queue()))
        .filter(row -> passes(params.states(), row.state()))
        .sorted(Comparator.comparingLong(JobRow::id))
        .limit(params.max())
        .toList();
  }

  static List<JobCount> tally(Collection<JobRow> rows, JobTallyParams params) {
    Map<List<Optional<String>>, Long> counts = new LinkedHashMap<>();
    for (String queue : params.queues()) {
      for (JobState state : params.states()) {
        rows.stream()
            .filter(row -> row.queue().equals(queue) && row.state() == state)
            .sorted(JobTable.CLAIM_ORDER)
            .limit(params.limit())
            .filter(row -> params.kinds().contains(row.kind()))
            .forEach(row -> counts.merge(texts(row, params), 1L, Long::sum));
      }
    }
    return counts.entrySet().stream()
        .sorted(Map.Entry.<List<Optional<String>>, Long>comparingByValue().reversed())
        .map(entry -> new JobCount(nullable(entry.getKey()), entry.getValue()))
        .toList();
  }

  private static List<Optional<String>> texts(JobRow row, JobTallyParams params) {
    return params.paths().stream()
        .map(path -> Optional.ofNullable(Json.textAt(row.metadata(), path)))
        .toList();
  }

  private static List<@Nullable String> nullable(List<Optional<String>> texts) {
    List<@Nullable String> nullable = new ArrayList<>();
    texts.forEach(text -> nullable.add(text.orElse(null)));
    return nullable;
  }

  private static boolean passes(JobRow row, JobListQuery query) {
    String metadata = query.metadata();
    Instant from = query.createdFrom();
    Instant before = query.createdBefore();
    return passes(query.ids(), row.id())
        && passes(query.kinds(), row.kind())
        && passes(query.priorities(), row.priority())
        && passes(query.queues(), row.queue())
        && passes(query.states(), row.state())
        && row.tags().containsAll(query.tagsAll())
        && (query.tagsAny().isEmpty() || !Collections.disjoint(row.tags(), query.tagsAny()))
        && (metadata == null || Json.contains(row.metadata(), metadata))
        && (from == null || !row.createdAt().isBefore(from))
        && (before == null || row.createdAt().isBefore(before));
  }

  private static <T> boolean passes(Collection<T> wanted, T value) {
    return wanted.isEmpty() || wanted.contains(value);
  }

  private static After place(JobRow row, JobListQuery query) {
    return new After(row.id(), time(row, query));
  }

  private static @Nullable Instant time(JobRow row, JobListQuery query) {
    return switch (query.order()) {
      case ATTEMPTED_AT -> row.attemptedAt();
      case FINALIZED_AT -> row.finalizedAt();
      case ID -> null;
      case SCHEDULED_AT -> row.scheduledAt();
    };
  }

  /** Nulls are later than all else, whatever the direction. */
  private static int compare(JobRow row, After place, JobListQuery query) {
    boolean byId = query.order() == JobListQuery.Order.ID;
    int order = byId ? 0 : compare(time(row, query), place.time());
    int ascending = order == 0 ? Long.compare(row.id(), place.id()) : order;
    return query.descending() ? -ascending : ascending;
  }

  private static int compare(@Nullable Instant left, @Nullable Instant right) {
    if (left == null || right == null) {
      return Boolean.compare(left == null, right == null);
    }
    return left.compareTo(right);
  }
}
