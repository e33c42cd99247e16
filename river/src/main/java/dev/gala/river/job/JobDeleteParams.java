package dev.gala.river.job;

import java.util.List;

/**
 * Which jobs to delete: those that pass every filter and do not run. An empty filter lets all pass;
 * so that nothing is deleted by mistake, at least one is to be given, or {@link Builder#all()}
 * said.
 *
 * @param ids of these
 * @param kinds of these kinds
 * @param priorities of these priorities, 1 to 4
 * @param queues of these queues
 * @param states in these states; running jobs are passed over even so
 * @param limit at most so many, lowest ids first: 1 to {@value #MAX_LIMIT}
 * @param all whether no filter is meant to be given
 */
public record JobDeleteParams(
    List<Long> ids,
    List<String> kinds,
    List<Integer> priorities,
    List<String> queues,
    List<JobState> states,
    int limit,
    boolean all) {
  /** As many as are deleted if nothing is said. */
  public static final int DEFAULT_LIMIT = 100;

  /** The most deleted at once. */
  public static final int MAX_LIMIT = 10_000;

  /** Copies the lists. */
  public JobDeleteParams {
    ids = List.copyOf(ids);
    kinds = List.copyOf(kinds);
    priorities = List.copyOf(priorities);
    queues = List.copyOf(queues);
    states = List.copyOf(states);
  }

  /** A builder with no filter, and River's limit of 100. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects filters. Not safe for use by many threads. */
  public static final class Builder extends JobFilterBuilder<Builder> {
    private int limit = DEFAULT_LIMIT;
    private boolean all;

    private Builder() {}

    @Override
    Builder self() {
      return this;
    }

    /** At most so many: 1 to {@value JobDeleteParams#MAX_LIMIT}. */
    public Builder limit(int limit) {
      this.limit = limit;
      return this;
    }

    /** Says that no filter is meant: whatever does not run. Refused together with filters. */
    public Builder all() {
      this.all = true;
      return this;
    }

    /** The parameters as given. They are checked when jobs are deleted by them. */
    public JobDeleteParams build() {
      return new JobDeleteParams(ids, kinds, priorities, queues, states, limit, all);
    }
  }
}
