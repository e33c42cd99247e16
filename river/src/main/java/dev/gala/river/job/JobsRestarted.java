package dev.gala.river.job;

import java.util.List;

/**
 * What became of finished jobs that were to be worked again. Those in neither list are not any more
 * as they were seen, or were deleted.
 *
 * @param restarted ids of those that are available now
 * @param held ids of those that stay as they are, because another row holds their unique key
 */
public record JobsRestarted(List<Long> restarted, List<Long> held) {
  /** Copies the lists. */
  public JobsRestarted {
    restarted = List.copyOf(restarted);
    held = List.copyOf(held);
  }
}
