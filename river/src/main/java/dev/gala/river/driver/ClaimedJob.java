package dev.gala.river.driver;

import dev.gala.river.job.JobRow;
import org.jspecify.annotations.Nullable;

/**
 * A claimed row.
 *
 * @param job the row; what could not be read of it is empty
 * @param undecodable why it could not be read, so that its attempt fails; null if it could
 */
public record ClaimedJob(JobRow job, @Nullable String undecodable) {}
