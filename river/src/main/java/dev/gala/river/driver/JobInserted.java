package dev.gala.river.driver;

import java.time.Instant;

/**
 * A row as inserted: what the database decided.
 *
 * @param id the job's id
 * @param createdAt when, by the database's clock
 */
public record JobInserted(long id, Instant createdAt) {}
