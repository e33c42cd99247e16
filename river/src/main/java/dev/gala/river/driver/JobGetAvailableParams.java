package dev.gala.river.driver;

import dev.gala.river.job.JobRow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to claim.
 *
 * @param clientId who claims
 * @param kinds only jobs of these kinds; null means of any
 * @param max at most so many
 * @param queue from this queue
 * @param starts rows that come before these places are not looked at, to spare the time of reading
 *     past what was there; at most one of each priority. A priority without one is claimed from its
 *     beginning
 */
public record JobGetAvailableParams(
    String clientId, @Nullable List<String> kinds, int max, String queue, List<ClaimStart> starts) {
  /** What to claim from the very beginning. */
  public JobGetAvailableParams(
      String clientId, @Nullable List<String> kinds, int max, String queue) {
    this(clientId, kinds, max, queue, List.of());
  }

  /** Whether a row does not come before the start of its priority. */
  public boolean reaches(JobRow row) {
    ClaimStart place = ClaimStart.at(row);
    for (ClaimStart start : starts) {
      if (start.priority() == place.priority() && place.isBefore(start)) {
        return false;
      }
    }
    return true;
  }
}
