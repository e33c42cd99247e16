package dev.gala.river.job;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * A finished job that is to be worked again, as it was seen: if it is not so any more it is left
 * alone.
 *
 * @param id the job
 * @param state how it ended
 * @param attempt its last attempt
 * @param finalizedAt when it ended
 * @param forget keys of its metadata to remove
 * @param merge a JSON object, as text, to merge into its metadata after that
 */
public record JobRestart(
    long id, JobState state, int attempt, Instant finalizedAt, List<String> forget, String merge) {
  /** Copies the list. */
  public JobRestart {
    Objects.requireNonNull(state, "state");
    Objects.requireNonNull(finalizedAt, "finalizedAt");
    forget = List.copyOf(forget);
    Objects.requireNonNull(merge, "merge");
  }

  /**
   * The job of this row.
   *
   * @throws RiverException with {@link RiverError#PARAMS_INVALID} if it has not ended
   */
  public static JobRestart of(JobRow row, List<String> forget, String merge) {
    Instant finalizedAt = row.finalizedAt();
    if (finalizedAt == null) {
      throw new RiverException(
          RiverError.PARAMS_INVALID,
          "job "
              + row.id()
              + " is "
              + row.state().wireName()
              + ": only jobs that have ended are restarted");
    }
    return new JobRestart(row.id(), row.state(), row.attempt(), finalizedAt, forget, merge);
  }
}
