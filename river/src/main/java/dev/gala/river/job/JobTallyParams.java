package dev.gala.river.job;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Which jobs to count, and by what: by texts in their metadata.
 *
 * @param paths where the texts stand, each a path of member names: {@code [[topic]]} counts by the
 *     member {@code topic}
 * @param kinds of these kinds
 * @param queues of these queues
 * @param states in these states
 * @param limit of each queue and state only so many are looked at, those first that are fetched
 *     first: 1 to {@value #MAX_LIMIT}
 */
public record JobTallyParams(
    List<List<String>> paths,
    List<String> kinds,
    List<String> queues,
    Set<JobState> states,
    int limit) {
  /** The most looked at in each queue and state. */
  public static final int MAX_LIMIT = 100_000;

  /** The states of jobs that have not ended. */
  public static final Set<JobState> LIVE =
      Set.copyOf(
          EnumSet.of(
              JobState.AVAILABLE,
              JobState.PENDING,
              JobState.RETRYABLE,
              JobState.RUNNING,
              JobState.SCHEDULED));

  /**
   * Copies the collections.
   *
   * @throws RiverException with {@link RiverError#PARAMS_INVALID} if the limit is out of bounds or
   *     a path is empty
   */
  public JobTallyParams {
    paths = paths.stream().map(List::copyOf).toList();
    kinds = List.copyOf(kinds);
    queues = List.copyOf(queues);
    states = Set.copyOf(states);
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new RiverException(
          RiverError.PARAMS_INVALID, "limit is " + limit + ": give 1 to " + MAX_LIMIT);
    }
    if (paths.stream().anyMatch(List::isEmpty)) {
      throw new RiverException(
          RiverError.PARAMS_INVALID, "a path is empty: give the names of the members on the way");
    }
  }
}
