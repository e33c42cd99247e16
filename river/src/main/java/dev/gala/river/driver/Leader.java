package dev.gala.river.driver;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A term of leadership: River's row in {@code river_leader}. Its times are the database's.
 *
 * @param leaderId the client that leads
 * @param electedAt when the term began, exact to the microsecond: it is what tells the term from
 *     others of the same client
 * @param expiresAt when the term ends unless it is renewed before
 */
public record Leader(String leaderId, Instant electedAt, Instant expiresAt) {
  /** Cuts the times to the microseconds PostgreSQL keeps. */
  public Leader {
    electedAt = electedAt.truncatedTo(ChronoUnit.MICROS);
    expiresAt = expiresAt.truncatedTo(ChronoUnit.MICROS);
  }
}
