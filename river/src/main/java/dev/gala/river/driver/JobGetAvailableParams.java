package dev.gala.river.driver;

import java.util.List;

/**
 * What to claim.
 *
 * @param clientId who claims
 * @param kinds only jobs of these kinds
 * @param max at most so many
 * @param queue from this queue
 */
public record JobGetAvailableParams(String clientId, List<String> kinds, int max, String queue) {}
