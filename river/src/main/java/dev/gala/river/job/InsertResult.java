package dev.gala.river.job;

/**
 * What became of an insert.
 *
 * @param job the row as inserted
 */
public record InsertResult(JobRow job) {}
