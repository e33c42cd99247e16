package dev.gala.bench.limit;

/**
 * A claimed row, as far as its end needs it.
 *
 * @param id the job
 * @param attempt part of the fence
 * @param attemptedAt part of the fence, as the database wrote it
 */
record Claim(long id, int attempt, String attemptedAt) {}
