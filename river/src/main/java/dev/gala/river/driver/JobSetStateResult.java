package dev.gala.river.driver;

import dev.gala.river.job.JobRow;
import dev.gala.river.job.JobState;
import org.jspecify.annotations.Nullable;

/**
 * What a row became.
 *
 * @param jobId the job
 * @param state its state now: not always the one wished for
 * @param row the row now; null where rows were not asked for
 */
public record JobSetStateResult(long jobId, JobState state, @Nullable JobRow row) {}
