package dev.gala.river.job;

import org.jspecify.annotations.Nullable;

/**
 * What to change in a job's row. What is null stays as it is.
 *
 * @param output the job's output, any JSON value as text, at most 32 MiB; kept in the metadata at
 *     {@code output}
 */
public record JobUpdate(@Nullable String output) {}
