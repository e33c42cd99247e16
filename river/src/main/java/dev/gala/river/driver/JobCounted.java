package dev.gala.river.driver;

/**
 * How many jobs one statement counted.
 *
 * @param jobs how many
 * @param lastId the greatest of their ids; 0 if there are none
 */
public record JobCounted(int jobs, long lastId) {}
