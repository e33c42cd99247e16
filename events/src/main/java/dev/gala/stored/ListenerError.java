package dev.gala.stored;

import java.time.Instant;

/**
 * What one listener failed with, or gave up for.
 *
 * @param at when the attempt began
 * @param attempt the attempt, from 1
 * @param message the cause, as the listener's exception or reason says it
 */
public record ListenerError(Instant at, int attempt, String message) {}
