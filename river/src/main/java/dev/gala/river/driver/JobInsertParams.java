package dev.gala.river.driver;

import dev.gala.river.job.JobState;
import java.time.Instant;
import java.util.List;

/**
 * A job to insert, every value decided and checked.
 *
 * @param args JSON text
 * @param createdAt cut to microseconds
 * @param kind the kind
 * @param maxAttempts at least 1
 * @param metadata a JSON object as text
 * @param priority 1 to 4
 * @param queue the queue
 * @param scheduledAt cut to microseconds
 * @param state available, pending or scheduled
 * @param tags without commas
 */
public record JobInsertParams(
    String args,
    Instant createdAt,
    String kind,
    int maxAttempts,
    String metadata,
    int priority,
    String queue,
    Instant scheduledAt,
    JobState state,
    List<String> tags) {}
