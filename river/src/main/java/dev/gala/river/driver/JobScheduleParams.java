package dev.gala.river.driver;

import java.time.Duration;

/**
 * Which waiting jobs to make available.
 *
 * @param lookAhead also those due within this time from now; River's is 5 s
 * @param max at most so many
 */
public record JobScheduleParams(Duration lookAhead, int max) {}
