package dev.gala.river.driver;

import java.util.List;

/**
 * Which one job to claim.
 *
 * @param clientId who claims
 * @param kinds only if it is of one of these kinds
 * @param id the job's
 */
public record JobClaimParams(String clientId, List<String> kinds, long id) {
  /** Copies the list. */
  public JobClaimParams {
    kinds = List.copyOf(kinds);
  }
}
