package dev.gala.river.worker;

import dev.gala.river.job.JobRow;

/** Stands around the attempts of one worker. Called by many threads at once. */
@FunctionalInterface
public interface WorkMiddleware {
  /**
   * Stands around an attempt: plugins, decoding, timeout and worker. It may leave {@code next} out,
   * and give the outcome itself; what it throws fails the attempt.
   *
   * @throws Exception any
   */
  Outcome work(JobRow job, Next next) throws Exception;

  /** The rest of an attempt. */
  @FunctionalInterface
  interface Next {
    /**
     * Works.
     *
     * @param job the row that plugins and worker see; the one whose outcome is written stays the
     *     one claimed
     * @throws Exception any
     */
    Outcome work(JobRow job) throws Exception;
  }
}
