package dev.gala.river.job;

import java.util.Objects;

/**
 * A place in a list of jobs, to go on from: as River writes it, so that one client may hand it to
 * another of whatever language. It belongs to the list it came from: to its order and, where that
 * is {@link JobListOrder#TIME}, to its first state. It is read when jobs are listed after it.
 *
 * @param text URL-safe Base64; in the other alphabet and without padding it is understood too
 */
public record JobCursor(String text) {
  /** Refuses null. */
  public JobCursor {
    Objects.requireNonNull(text, "text");
  }
}
