package dev.gala.river.driver;

import dev.gala.river.job.JobRow;

/**
 * What became of an insert that may have met a row with its unique key.
 *
 * @param job the row inserted, or the one that holds the key
 * @param duplicate whether nothing was inserted
 */
public record JobInsertedRow(JobRow job, boolean duplicate) {}
