package dev.gala.river.driver;

import java.time.Instant;

/**
 * A row as inserted: what the database decided.
 *
 * @param id the job's id
 * @param createdAt when, by the database's clock
 * @param running whether it runs already, in a first attempt that began when it was created
 */
public record JobInserted(long id, Instant createdAt, boolean running) {
  /** One that does not run. */
  public JobInserted(long id, Instant createdAt) {
    this(id, createdAt, false);
  }
}
