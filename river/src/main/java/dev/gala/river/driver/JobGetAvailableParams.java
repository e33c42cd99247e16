package dev.gala.river.driver;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to claim.
 *
 * @param clientId who claims
 * @param kinds only jobs of these kinds; null means of any
 * @param max at most so many
 * @param queue from this queue
 */
public record JobGetAvailableParams(
    String clientId, @Nullable List<String> kinds, int max, String queue) {}
