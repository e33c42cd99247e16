package dev.gala.river.internal.control;

import dev.gala.river.driver.JobListQuery;
import dev.gala.river.driver.JobListQuery.Order;
import dev.gala.river.job.JobCursor;
import dev.gala.river.job.JobListOrder;
import dev.gala.river.job.JobListParams;
import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import dev.gala.river.json.GoJson;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a list of jobs means: filters, column of order, place to begin. Pure. */
public final class ListRules {
  private static final Set<JobState> FINAL =
      Set.of(JobState.CANCELLED, JobState.COMPLETED, JobState.DISCARDED);

  private ListRules() {}

  /**
   * What to list, as the driver takes it.
   *
   * @throws dev.gala.river.job.RiverException with {@link
   *     dev.gala.river.job.RiverError#PARAMS_INVALID} if it cannot be meant so
   */
  public static JobListQuery resolve(JobListParams params) {
    Limits.check(params.limit(), JobListParams.MAX_LIMIT);
    Limits.checkPriorities(params.priorities());
    String metadata = params.metadata();
    if (metadata != null && !GoJson.isObject(metadata)) {
      throw Limits.invalid(
          "the metadata to look for are \""
              + metadata
              + "\": give a JSON object, such as {\"a\": 1}");
    }
    return new JobListQuery(
        params.ids(),
        params.kinds(),
        params.priorities(),
        params.queues(),
        states(params),
        params.tagsAll(),
        params.tagsAny(),
        metadata,
        params.createdFrom(),
        params.createdBefore(),
        column(params),
        params.descending(),
        after(params),
        params.limit());
  }

  /** The place of a row in the list that {@code params} describe. */
  public static JobCursor cursorAt(JobRow row, JobListParams params) {
    @Nullable Instant time =
        switch (column(params)) {
          case ATTEMPTED_AT -> row.attemptedAt();
          case FINALIZED_AT -> row.finalizedAt();
          case ID -> null;
          case SCHEDULED_AT -> row.scheduledAt();
        };
    return CursorText.write(row, params.order(), time);
  }

  private static Set<JobState> states(JobListParams params) {
    if (params.order() != JobListOrder.FINALIZED_AT) {
      return Set.copyOf(params.states());
    }
    if (params.states().isEmpty()) {
      return FINAL;
    }
    // In an order of their own: messages are the same each time.
    Set<JobState> others = EnumSet.copyOf(params.states());
    others.removeAll(FINAL);
    if (!others.isEmpty()) {
      List<String> names = others.stream().map(JobState::wireName).toList();
      throw Limits.invalid(
          "jobs ordered by finalized_at are of final states only, not "
              + String.join(", ", names)
              + ": list cancelled, completed and discarded ones, or choose another order");
    }
    return Set.copyOf(params.states());
  }

  private static Order column(JobListParams params) {
    return switch (params.order()) {
      case FINALIZED_AT -> Order.FINALIZED_AT;
      case ID -> Order.ID;
      case SCHEDULED_AT -> Order.SCHEDULED_AT;
      // Without states all are listed, and River names them from available on.
      case TIME ->
          params.states().isEmpty() ? Order.SCHEDULED_AT : timeOf(params.states().getFirst());
    };
  }

  private static Order timeOf(JobState state) {
    return switch (state) {
      case AVAILABLE, PENDING, RETRYABLE, SCHEDULED -> Order.SCHEDULED_AT;
      case RUNNING -> Order.ATTEMPTED_AT;
      case CANCELLED, COMPLETED, DISCARDED -> Order.FINALIZED_AT;
    };
  }

  /** Where to begin. River does not compare the orders, and would list from somewhere else. */
  private static JobListQuery.@Nullable After after(JobListParams params) {
    JobCursor cursor = params.after();
    if (cursor == null) {
      return null;
    }
    CursorText place = CursorText.read(cursor);
    if (place.order() != params.order()) {
      throw Limits.invalid(
          "the cursor is of a list ordered by "
              + place.order().wireName()
              + ", this one is ordered by "
              + params.order().wireName()
              + ": give a cursor of the same list");
    }
    return new JobListQuery.After(
        place.id(), place.order() == JobListOrder.ID ? null : place.time());
  }
}
