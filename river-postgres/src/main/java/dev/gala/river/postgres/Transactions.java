package dev.gala.river.postgres;

/** In whose transaction statements run. */
interface Transactions {
  /**
   * Runs {@code work}, which is one statement.
   *
   * @param doing what it does, for the message if it fails: {@code completing 3 jobs}
   * @throws dev.gala.river.job.RiverException if it fails
   */
  <T> T run(String doing, SqlWork<T> work);

  /** As {@link #run}, for work of several statements. */
  <T> T runMany(String doing, SqlWork<T> work);
}
