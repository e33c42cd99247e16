package dev.gala.river.job;

/**
 * What became of an insert.
 *
 * @param job the row as inserted; of a duplicate, the row that holds the key
 * @param skippedAsDuplicate whether nothing was inserted because {@code job} holds the unique key
 */
public record InsertResult(JobRow job, boolean skippedAsDuplicate) {}
