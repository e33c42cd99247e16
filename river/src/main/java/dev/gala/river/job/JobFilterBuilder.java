package dev.gala.river.job;

import java.util.List;
import java.util.Objects;

/**
 * Collects the filters that lists and deletions of jobs share. Not safe for use by many threads.
 *
 * @param <B> the builder that goes on
 */
public abstract sealed class JobFilterBuilder<B extends JobFilterBuilder<B>>
    permits JobDeleteParams.Builder, JobListParams.Builder {
  List<Long> ids = List.of();
  List<String> kinds = List.of();
  List<Integer> priorities = List.of();
  List<String> queues = List.of();
  List<JobState> states = List.of();

  JobFilterBuilder() {}

  /** This, as what it is. */
  abstract B self();

  /** Only these jobs. */
  public B ids(List<Long> ids) {
    this.ids = Objects.requireNonNull(ids, "ids");
    return self();
  }

  /** Only jobs of these kinds. */
  public B kinds(List<String> kinds) {
    this.kinds = Objects.requireNonNull(kinds, "kinds");
    return self();
  }

  /** Only jobs of these priorities. */
  public B priorities(List<Integer> priorities) {
    this.priorities = Objects.requireNonNull(priorities, "priorities");
    return self();
  }

  /** Only jobs of these queues. */
  public B queues(List<String> queues) {
    this.queues = Objects.requireNonNull(queues, "queues");
    return self();
  }

  /**
   * Only jobs in these states; in a list, the first decides what {@link JobListOrder#TIME} means.
   */
  public B states(List<JobState> states) {
    this.states = Objects.requireNonNull(states, "states");
    return self();
  }
}
