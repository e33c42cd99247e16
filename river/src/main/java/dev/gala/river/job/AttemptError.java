package dev.gala.river.job;

import java.time.Instant;

/**
 * One failed attempt, as kept in the job's {@code errors} column.
 *
 * @param at when the attempt started (River's meaning; for a rescue: when it was rescued)
 * @param attempt the number of the attempt, from 1
 * @param error the error's text
 * @param trace the stack trace, empty if there is none
 */
public record AttemptError(Instant at, int attempt, String error, String trace) {}
