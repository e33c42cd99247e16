package dev.gala.river.driver;

import dev.gala.river.job.JobState;
import java.util.List;
import java.util.Set;

/**
 * Which jobs to delete: those that pass every filter and do not run. An empty filter lets all pass.
 *
 * @param ids of these
 * @param kinds of these kinds
 * @param priorities of these priorities
 * @param queues of these queues
 * @param states in these states
 * @param max at most so many, lowest ids first
 */
public record JobDeleteManyParams(
    List<Long> ids,
    List<String> kinds,
    List<Integer> priorities,
    List<String> queues,
    Set<JobState> states,
    int max) {}
