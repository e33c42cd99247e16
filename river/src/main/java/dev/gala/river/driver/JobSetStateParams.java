package dev.gala.river.driver;

import dev.gala.river.job.AttemptError;
import dev.gala.river.job.AttemptId;
import dev.gala.river.job.JobState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of an attempt. What is null stays as it is in the row.
 *
 * @param attemptId the fence
 * @param state the state wished for
 * @param attempt the attempt number to write, for outcomes that use none up
 * @param error a failure to append
 * @param finalizedAt the end, for final states
 * @param metadata a JSON object as text to merge, top-level keys replaced
 * @param scheduledAt when the job is due again
 */
public record JobSetStateParams(
    AttemptId attemptId,
    JobState state,
    @Nullable Integer attempt,
    @Nullable AttemptError error,
    @Nullable Instant finalizedAt,
    @Nullable String metadata,
    @Nullable Instant scheduledAt) {}
