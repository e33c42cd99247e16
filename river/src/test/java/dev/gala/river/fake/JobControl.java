package dev.gala.river.fake;

import dev.gala.river.driver.JobDeleteManyParams;
import dev.gala.river.driver.JobListQuery;
import dev.gala.river.driver.JobListQuery.After;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is listed, deleted and retried of rows, as River's statements do it. Pure. */
final class JobControl {
  private static final JsonMapper MAPPER = new JsonMapper();

  private JobControl() {}

  static List<JobRow> list(List<JobRow> rows, JobListQuery query) {
    return rows.stream()
        .filter(row -> passes(query.ids(), row.id()))
        .filter(row -> passes(query.kinds(), row.kind()))
        .filter(row -> passes(query.priorities(), row.priority()))
        .filter(row -> passes(query.queues(), row.queue()))
        .filter(row -> passes(query.states(), row.state()))
        .filter(row -> row.tags().containsAll(query.tagsAll()))
        .filter(
            row -> query.tagsAny().isEmpty() || !Collections.disjoint(row.tags(), query.tagsAny()))
        .filter(
            row ->
                query.metadata() == null
                    || contains(MAPPER.readTree(row.metadata()), MAPPER.readTree(query.metadata())))
        .filter(
            row -> query.createdFrom() == null || !row.createdAt().isBefore(query.createdFrom()))
        .filter(
            row -> query.createdBefore() == null || row.createdAt().isBefore(query.createdBefore()))
        .filter(row -> query.after() == null || isAfter(row, query.after(), query))
        .sorted((left, right) -> compare(left, place(right, query), query))
        .limit(query.max())
        .toList();
  }

  static List<JobRow> deletable(List<JobRow> rows, JobDeleteManyParams params) {
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

  /** The row as a retry leaves it. */
  static JobRow retried(JobRow row, Instant now) {
    boolean due = row.state() == JobState.AVAILABLE && row.scheduledAt().isBefore(now);
    if (row.state() == JobState.RUNNING || due) {
      return row;
    }
    return new JobRow(
        row.id(),
        JobState.AVAILABLE,
        row.attempt(),
        row.attempt() == row.maxAttempts() ? row.maxAttempts() + 1 : row.maxAttempts(),
        row.attemptedAt(),
        row.createdAt(),
        null,
        now,
        row.priority(),
        row.args(),
        row.attemptedBy(),
        row.errors(),
        row.kind(),
        row.metadata(),
        row.queue(),
        row.tags(),
        row.uniqueKey(),
        row.uniqueStates());
  }

  private static <T> boolean passes(Collection<T> wanted, T value) {
    return wanted.isEmpty() || wanted.contains(value);
  }

  private static boolean isAfter(JobRow row, After place, JobListQuery query) {
    return compare(row, place, query) > 0;
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
    int order =
        Comparator.<Instant>nullsLast(Comparator.naturalOrder())
            .compare(
                time(row, query), query.order() == JobListQuery.Order.ID ? null : place.time());
    int ascending = order == 0 ? Long.compare(row.id(), place.id()) : order;
    return query.descending() ? -ascending : ascending;
  }

  /** PostgreSQL's {@code @>}, but for its exceptions. */
  private static boolean contains(JsonNode whole, JsonNode part) {
    if (whole.isObject() && part.isObject()) {
      return part.properties().stream()
          .allMatch(
              entry ->
                  whole.has(entry.getKey())
                      && contains(whole.get(entry.getKey()), entry.getValue()));
    }
    if (whole.isArray() && part.isArray()) {
      return elements(part).stream()
          .allMatch(wanted -> elements(whole).stream().anyMatch(has -> contains(has, wanted)));
    }
    return whole.equals(part);
  }

  private static List<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }
}
