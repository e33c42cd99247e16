package dev.gala.river.driver;

import dev.gala.river.job.JobState;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which jobs to list: those that pass every filter, in order. An empty filter lets all pass.
 *
 * @param ids of these
 * @param kinds of these kinds
 * @param priorities of these priorities
 * @param queues of these queues
 * @param states in these states
 * @param tagsAll with all of these tags
 * @param tagsAny with one of these tags at least
 * @param metadata whose metadata contain this JSON object; null lets all pass
 * @param createdFrom inserted then or later; null lets all pass
 * @param createdBefore inserted before that; null lets all pass
 * @param order by which column; the id decides between equals, in the same direction
 * @param descending in which direction; nulls come last ascending, first descending
 * @param after begin after this place; null means at the beginning
 * @param max at most so many
 */
public record JobListQuery(
    List<Long> ids,
    List<String> kinds,
    List<Integer> priorities,
    List<String> queues,
    Set<JobState> states,
    List<String> tagsAll,
    List<String> tagsAny,
    @Nullable String metadata,
    @Nullable Instant createdFrom,
    @Nullable Instant createdBefore,
    Order order,
    boolean descending,
    @Nullable After after,
    int max) {

  /** The columns a list may be ordered by. */
  public enum Order {
    /** Start of the newest attempt. */
    ATTEMPTED_AT,
    /** When the job ended. */
    FINALIZED_AT,
    /** The id alone. */
    ID,
    /** When the job is due. */
    SCHEDULED_AT
  }

  /** The same filters, by id, and after this one. */
  public JobListQuery after(long id, int limit) {
    return new JobListQuery(
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
        Order.ID,
        false,
        new After(id, null),
        limit);
  }

  /**
   * A place in the list.
   *
   * @param id the id of the row before
   * @param time its value of the order's column; null for {@link Order#ID}, and where the row has
   *     none
   */
  public record After(long id, @Nullable Instant time) {}
}
