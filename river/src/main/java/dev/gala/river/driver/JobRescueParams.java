package dev.gala.river.driver;

import dev.gala.river.job.AttemptError;
import dev.gala.river.job.AttemptId;
import dev.gala.river.job.JobState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a stuck attempt ends.
 *
 * @param attemptId the fence
 * @param state retryable, or a final one, whose time is the database's
 * @param error what is appended to the job's errors
 * @param scheduledAt when the job is due again; null leaves it
 */
public record JobRescueParams(
    AttemptId attemptId, JobState state, AttemptError error, @Nullable Instant scheduledAt) {}
