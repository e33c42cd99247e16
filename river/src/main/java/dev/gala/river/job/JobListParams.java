package dev.gala.river.job;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which jobs to list: those that pass every filter, in order. An empty filter lets all pass.
 *
 * <p>There is no filter of free SQL, as River's Go client has it: what goes into a statement would
 * depend on the driver's tables and quoting, and could not be checked.
 *
 * <p>Times of creation are no index: by id, among many jobs, those of a time are looked for where
 * their ids must be, since ids grow with time. It is supposed that no transaction that inserts jobs
 * takes longer than six hours, and that nobody sets the times of rows by hand.
 *
 * @param ids of these
 * @param kinds of these kinds
 * @param priorities of these priorities, 1 to 4
 * @param queues of these queues
 * @param states in these states; the first of them decides what {@link JobListOrder#TIME} means
 * @param tagsAll with all of these tags
 * @param tagsAny with one of these tags at least
 * @param metadata whose metadata contain this JSON object, as text; null lets all pass
 * @param createdFrom inserted then or later; null lets all pass
 * @param createdBefore inserted before that; null lets all pass
 * @param order by what; {@link JobListOrder#FINALIZED_AT} only with final states, which are meant
 *     if no states are given
 * @param descending in which direction; nulls come last ascending, first descending
 * @param after begin after this place of an earlier list; null means at the beginning
 * @param limit at most so many: 1 to {@value #MAX_LIMIT}
 */
public record JobListParams(
    List<Long> ids,
    List<String> kinds,
    List<Integer> priorities,
    List<String> queues,
    List<JobState> states,
    List<String> tagsAll,
    List<String> tagsAny,
    @Nullable String metadata,
    @Nullable Instant createdFrom,
    @Nullable Instant createdBefore,
    JobListOrder order,
    boolean descending,
    @Nullable JobCursor after,
    int limit) {
  /** As many as are listed if nothing is said. */
  public static final int DEFAULT_LIMIT = 100;

  /** The most listed at once. */
  public static final int MAX_LIMIT = 10_000;

  /** Copies the lists. */
  public JobListParams {
    ids = List.copyOf(ids);
    kinds = List.copyOf(kinds);
    priorities = List.copyOf(priorities);
    queues = List.copyOf(queues);
    states = List.copyOf(states);
    tagsAll = List.copyOf(tagsAll);
    tagsAny = List.copyOf(tagsAny);
    Objects.requireNonNull(order, "order");
  }

  /** A builder with nothing given: the first 100 jobs by id. */
  public static Builder builder() {
    return new Builder();
  }

  /** The same list, begun after another place; null means at the beginning. */
  public JobListParams after(@Nullable JobCursor place) {
    return new JobListParams(
        ids,
        kinds,
        priorities,
        queues,
        states,
        tagsAll,
        tagsAny,
        metadata,
        createdFrom,
        createdBefore,
        order,
        descending,
        place,
        limit);
  }

  /** Collects filters and order. Not safe for use by many threads. */
  public static final class Builder extends JobFilterBuilder<Builder> {
    private List<String> tagsAll = List.of();
    private List<String> tagsAny = List.of();
    private @Nullable String metadata;
    private @Nullable Instant createdFrom;
    private @Nullable Instant createdBefore;
    private JobListOrder order = JobListOrder.ID;
    private boolean descending;
    private @Nullable JobCursor after;
    private int limit = DEFAULT_LIMIT;

    private Builder() {}

    @Override
    Builder self() {
      return this;
    }

    /** Only jobs with all of these tags. */
    public Builder tagsAll(List<String> tagsAll) {
      this.tagsAll = Objects.requireNonNull(tagsAll, "tagsAll");
      return this;
    }

    /** Only jobs with one of these tags at least. */
    public Builder tagsAny(List<String> tagsAny) {
      this.tagsAny = Objects.requireNonNull(tagsAny, "tagsAny");
      return this;
    }

    /** Only jobs whose metadata contain this JSON object; null lets all pass. */
    public Builder metadata(@Nullable String metadata) {
      this.metadata = metadata;
      return this;
    }

    /** Only jobs inserted then or later; null lets all pass. */
    public Builder createdFrom(@Nullable Instant createdFrom) {
      this.createdFrom = createdFrom;
      return this;
    }

    /** Only jobs inserted before that; null lets all pass. */
    public Builder createdBefore(@Nullable Instant createdBefore) {
      this.createdBefore = createdBefore;
      return this;
    }

    /** By what to order; by id if nothing is said. */
    public Builder order(JobListOrder order) {
      this.order = Objects.requireNonNull(order, "order");
      return this;
    }

    /** Whether to turn the order round. */
    public Builder descending(boolean descending) {
      this.descending = descending;
      return this;
    }

    /** Begin after this place of an earlier list; null means at the beginning. */
    public Builder after(@Nullable JobCursor after) {
      this.after = after;
      return this;
    }

    /** At most so many: 1 to {@value JobListParams#MAX_LIMIT}. */
    public Builder limit(int limit) {
      this.limit = limit;
      return this;
    }

    /** The parameters as given. They are checked when jobs are listed by them. */
    public JobListParams build() {
      return new JobListParams(
          ids,
          kinds,
          priorities,
          queues,
          states,
          tagsAll,
          tagsAny,
          metadata,
          createdFrom,
          createdBefore,
          order,
          descending,
          after,
          limit);
    }
  }
}
