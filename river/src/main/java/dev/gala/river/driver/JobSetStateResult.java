package dev.gala.river.driver;

import dev.gala.river.job.JobState;

/**
 * What a row became.
 *
 * @param jobId the job
 * @param state its state now: not always the one wished for
 */
public record JobSetStateResult(long jobId, JobState state) {}
