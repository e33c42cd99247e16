package dev.gala.cli.demo;

import java.time.Instant;

/**
 * A commit of the repository.
 *
 * @param sha its name
 * @param author who wrote it
 * @param at when it was written
 * @param subject the first line of its message
 */
record Commit(String sha, String author, Instant at, String subject) {}
